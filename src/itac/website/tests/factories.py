"""A small site to look at: a campaign with members, phases, observances, and posts as their network writes them."""

from __future__ import annotations

import io
import itertools
import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.core.files.base import ContentFile
from PIL import Image

from itac.campaign.models import (
    Campaign,
    Contributor,
    Kind,
    Membership,
    Milestone,
    Observance,
    Organisation,
    Phase,
    Standing,
)
from itac.core.localised import Localised
from itac.library.models import FootageCredit, Picture
from itac.networks.models import Channel, WebsiteEntry
from itac.website.building import Own, build_site

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
_number = itertools.count(1)

MEMBERS = (
    ("City of Montreal", "Ciudad de Montreal", Kind.CITY, "CA", ["fr", "en"], Standing.MEMBER),
    ("Government of Canada", "Gobierno del Canadá", Kind.NATIONAL_GOVERNMENT, "CA", ["en", "fr"], Standing.CO_CHAIR),
    ("Migration Youth & Children Platform", "", Kind.YOUTH, "", ["en", "es", "fr"], Standing.MEMBER),
    ("GFMD Mayors Mechanism", "Mecanismo de Alcaldías del FMMD", Kind.CITY, "", ["en", "es", "fr"], Standing.CO_CHAIR),
    ("GFMD Business Mechanism", "Mecanismo Empresarial del FMMD", Kind.BUSINESS, "", ["en"], Standing.MEMBER),
    ("Government of Ecuador", "Gobierno del Ecuador", Kind.NATIONAL_GOVERNMENT, "EC", ["es"], Standing.CO_CHAIR),
    ("Welcoming International", "", Kind.CIVIL_SOCIETY, "", ["en"], Standing.MEMBER),
    (
        "International Organization for Migration",
        "Organización Internacional para las Migraciones",
        Kind.INTERNATIONAL_ORGANISATION,
        "",
        ["en", "es", "fr", "ar"],
        Standing.MEMBER,
    ),
)


def both(english: str, spanish: str = "") -> Localised:
    """A text in English, and in Spanish where there is one."""
    return Localised({"en": english, **({"es": spanish} if spanish else {})})


def organisation(name: str, *, spanish: str = "", kind: Kind = Kind.CITY, **facts: Any) -> Organisation:
    """An organisation of that name."""
    slug = "-".join(word for word in name.lower().replace("&", "").split() if word)
    return Organisation.objects.create(slug=slug, name=both(name, spanish), kind=kind, **facts)


def campaign(*, is_demonstration: bool = True) -> Campaign:
    """The one campaign."""
    return Campaign.objects.create(
        pk=1,
        name=both("It Takes A Community", "Es necesaria una comunidad"),
        short_name="ITAC",
        hashtag="#ITAC",
        full_title=both(
            "It Takes a Community to Ensure Inclusion, Tolerance, Adaptation and Collaboration",
            "Es necesaria una comunidad para lograr inclusión, tolerancia, adaptación y colaboración",
        ),
        zone="America/Guayaquil",
        contact_email="campaign@example.org",
        is_demonstration=is_demonstration,
    )


def site(*, is_demonstration: bool = True, own: Own | None = None) -> Campaign:
    """The campaign with its pages in each language, members and calendar; no posts yet."""
    made = campaign(is_demonstration=is_demonstration)
    for name, spanish, kind, country, languages, standing in MEMBERS:
        one = organisation(name, spanish=spanish, kind=kind, country=country, languages=languages)
        Membership.objects.create(organisation=one, standing=standing)
    phase = Phase.objects.create(
        slug="one",
        name=both("Phase one", "Primera fase"),
        starts_on=date(2020, 1, 1),
        starts_precision="year",
        ends_on=date(2021, 12, 31),
        ends_precision="year",
        summary=both(
            "Take-overs, live-streamed chats and photo series.", "Relevos, charlas en vivo y series de fotos."
        ),
    )
    Phase.objects.create(
        slug="two", name=both("Phase two", "Segunda fase"), starts_on=date(2023, 1, 1), starts_precision="year"
    )
    Milestone.objects.create(
        phase=phase,
        on=date(2020, 12, 18),
        what=both("Soft launch on International Migrants Day"),
        source_title="A source",
        source_address="https://example.org/launch",
    )
    Observance.objects.create(
        slug="migrants-day",
        name=both("International Migrants Day", "Día Internacional del Migrante"),
        rule={"fixed": "12-18"},
        proclaimed_by="UN General Assembly",
        instrument="A/RES/55/93",
        is_peak=True,
        source_title="OHCHR",
        source_address="https://example.org/day",
    )
    Observance.objects.create(slug="education", name=both("International Day of Education"), rule={"fixed": "01-24"})
    Contributor.objects.create(
        name=both("Government of Canada", "Gobierno del Canadá"), contribution="financial", phase=phase
    )
    Contributor.objects.create(name=both("Three mechanisms", "Tres mecanismos"), contribution="in_kind")
    FootageCredit.objects.create(name=both("Welcoming America"))
    build_site(hostname="localhost", port=80, now=NOON, own=own)
    return made


def picture(*, title: str = "A street", valid_until: date | None = None, credit: str = "A. Painter") -> Picture:
    """A picture with rights."""
    data = io.BytesIO()
    Image.new("RGB", (1600, 1000), (37 * next(_number) % 256, 90, 140)).save(data, format="JPEG")
    return Picture.objects.create(
        title=title,
        file=ContentFile(data.getvalue(), name=f"{title}.jpg"),
        credit=credit,
        licence="CC BY 4.0",
        alt=both(f"{title}, in one colour"),
        valid_until=valid_until,
    )


def entry(
    title: str,
    *,
    language: str = "en",
    subject: str = "",
    at: datetime = NOON,
    speaker: Organisation | None = None,
    text: str = "",
    pictures: tuple[tuple[Picture, str], ...] = (),
    **facts: Any,
) -> WebsiteEntry:
    """A post on the site, an hour younger with each call unless the moment is given."""
    channel, _made = Channel.objects.get_or_create(slug="website", defaults={"name": "Website", "network": "website"})
    return WebsiteEntry.objects.create(
        key=uuid.uuid4().hex,
        channel=channel,
        subject=subject or f"post-{next(_number)}",
        language=language,
        title=title,
        text=text or f"{title}. And a second sentence that says a little more.",
        published_at=at,
        options={"speaker": speaker.pk if speaker else None},
        media=[{"picture": one.pk, "alt": alt} for one, alt in pictures],
        **facts,
    )


def posts(count: int, *, language: str = "en", until: datetime = NOON) -> list[WebsiteEntry]:
    """So many posts, a minute apart, the last the newest."""
    return [
        entry(f"Post number {number}", language=language, at=until - timedelta(minutes=count - number))
        for number in range(1, count + 1)
    ]
