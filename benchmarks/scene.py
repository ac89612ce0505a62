"""What benchmarks need to fill a database quickly: channels, posts, approvals and deliveries in bulk.

Rows are written in bulk here, with the hashes and seals that the verbs would have written, so that the gate judges
them as any other; filling 100,000 deliveries through the verbs would take an hour and measure nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import F, Model

from itac.campaign.models import Campaign, Duty, Organisation, Person, Role
from itac.core.localised import Localised
from itac.networks.models import Channel
from itac.networks.secrets import Secret
from itac.publishing.models import ApprovalRequest, Delivery, Grant, Mandate, Post, State, Variant
from itac.publishing.payload import hash_of, payload_of, seal_of


def campaign() -> None:
    """The one campaign."""
    facts = {"name": Localised({"en": "Benchmark"}), "short_name": "BENCH", "zone": "UTC"}
    Campaign.objects.update_or_create(pk=1, defaults=facts)


def mastodon_channels(count: int, *, address: str, now: datetime) -> list[Channel]:
    """Channels on one Mastodon-like server, each with its own token, with the campaign's standing grant."""
    made = [
        Channel.objects.create(
            slug=f"bench-{number}",
            name=f"Channel {number}",
            network="mastodon",
            address=address,
            handle=f"@bench{number}",
            account_id=str(number),
            secret=Secret({"access_token": f"token-{number}"}),
        )
        for number in range(count)
    ]
    Grant.objects.bulk_create(Grant(channel=channel, opens_at=now - timedelta(days=400)) for channel in made)
    return made


def approved_deliveries(
    channels: Sequence[Channel],
    moments: Sequence[datetime],
    *,
    now: datetime,
    prefix: str = "post",
    mandate: Mandate | None = None,
) -> None:
    """One approved post with one variant and one planned delivery for each moment, round the channels in turn; the
    campaign's own, or said under a mandate."""
    posts = Post.objects.bulk_create(
        [
            Post(
                slug=f"{prefix}-{number}",
                organisation=mandate.organisation if mandate else None,
                mandate=mandate,
                title=Localised({"en": f"Post {number}"}),
                created_at=now,
                submitted_at=now,
                text=Localised({"en": f"Sentence number {number} of {prefix}: more than half stay near."}),
                planned_at=moment,
                grace_seconds=900,
            )
            for number, moment in enumerate(moments)
        ],
        batch_size=500,
    )
    variants = Variant.objects.bulk_create(
        [Variant(post=post, channel=channels[n % len(channels)], language="en") for n, post in enumerate(posts)],
        batch_size=500,
    )
    requests = []
    for variant, moment in zip(variants, moments, strict=True):
        variant.post.__dict__.setdefault("_prefetched_objects_cache", {})["media"] = variant.post.media.none()
        payload = payload_of(variant)
        sealed = {str(variant.pk): {"hash": hash_of(payload), "payload": payload}}
        requests.append(
            ApprovalRequest(
                post=variant.post,
                asked_at=now,
                deadline_at=now + timedelta(days=3),
                opens_at=moment - timedelta(hours=1),
                closes_at=moment + timedelta(hours=1),
                sealed=sealed,
                seal=seal_of(sealed),
                granted_at=now,
            )
        )
    ApprovalRequest.objects.bulk_create(requests, batch_size=500)
    Delivery.objects.bulk_create(
        [
            Delivery(variant=variant, channel_id=variant.channel_id, due_at=moment, ready_at=moment, moved_at=now)
            for variant, moment in zip(variants, moments, strict=True)
        ],
        batch_size=500,
    )


def month_among(
    count: int, *, in_month: int, due: int, month: tuple[datetime, datetime], now: datetime
) -> dict[str, Callable[[], list[Any]]]:
    """A plan of `count` deliveries, `in_month` of them in the month and `due` of these due now; and what to ask of it.

    The organisation of every tenth post in the month has an editor; she and a coordinator read the month.
    """
    campaign()
    channels = mastodon_channels(20, address="https://bench.example.org", now=now)
    own = Organisation.objects.create(slug="bench", name=Localised({"en": "Bench"}), kind="city")
    coordinator = Person.objects.create(email="coordinator@example.org", name="Coordinator", is_coordinator=True)
    editor = Person.objects.create(email="editor@example.org", name="Editor")
    Role.objects.create(person=editor, organisation=own, duty=Duty.EDITOR)
    step = (month[1] - month[0]) / in_month
    approved_deliveries(channels, [now] * due + [month[0] + step * number for number in range(in_month - due)], now=now)
    Delivery.objects.filter(due_at__lt=now).update(state=State.SENT, sent_at=F("due_at"))
    Post.objects.filter(variants__channel=channels[0]).update(organisation=own)
    _years_around(count - in_month, month=month)

    def read_month() -> list[Any]:
        stretch = Delivery.objects.between(*month)
        whole = stretch.select_related("variant__post__organisation", "channel")
        others = stretch.exclude(pk__in=stretch.visible_to(editor).order_by().values("pk"))
        return [
            *((each.due_at, each.variant.post.slug, each.channel.slug) for each in whole.visible_to(coordinator)),
            *((each.due_at, each.variant.post.slug, each.state) for each in whole.visible_to(editor)),
            *((slot["due_at"], slot["channel_id"]) for slot in others.taken(start=month[0], end=month[1])),
        ]

    return {"due": lambda: list(Delivery.objects.due(at=now).values_list("pk", flat=True)[:due]), "month": read_month}


# The moment `n` steps of seven minutes before the first, in each database's own words.
_BEFORE = {
    "sqlite": "datetime(%s, '-' || (n * 7) || ' minutes')",
    "postgresql": "%s::timestamptz - n * interval '7 minutes'",
}
_AFTER = {
    "sqlite": _BEFORE["sqlite"].replace("'-'", "'+'"),
    "postgresql": _BEFORE["postgresql"].replace(" - n", " + n"),
}


def _years_around(count: int, *, month: tuple[datetime, datetime]) -> None:
    """Copies of the first post, variant and delivery: nine of ten sent before the month, one of ten planned after it.

    Made by the database itself, from a list of numbers, because 100,000 rows through Python take minutes.
    """
    post, variant, delivery = (
        Post.objects.earliest("pk"),
        Variant.objects.earliest("pk"),
        Delivery.objects.earliest("pk"),
    )
    vendor = connection.vendor
    moment = f"CASE WHEN n %% 10 = 0 THEN {_AFTER[vendor]} ELSE {_BEFORE[vendor]} END"
    ends = [f"{month[1]:%Y-%m-%d 00:00:00+00:00}", f"{month[0] - timedelta(days=1):%Y-%m-%d 00:00:00+00:00}"]
    sent = "publishing_post.planned_at < publishing_delivery.due_at"
    with connection.cursor() as cursor:
        _copy(
            cursor,
            Post,
            {"slug": "'around-' || n", "planned_at": moment},
            source="publishing_post, numbers WHERE publishing_post.id = %s",
            values=[count, *ends, post.pk],
            before="WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < %s)",
        )
        _copy(
            cursor,
            Variant,
            {"post_id": "publishing_post.id"},
            source="publishing_variant, publishing_post WHERE publishing_variant.id = %s AND slug LIKE 'around-%%'",
            values=[variant.pk],
        )
        _copy(
            cursor,
            Delivery,
            {
                "variant_id": "copied.id",
                "due_at": "publishing_post.planned_at",
                "ready_at": "publishing_post.planned_at",
                "state": f"CASE WHEN {sent} THEN 'sent' ELSE 'planned' END",
                "sent_at": f"CASE WHEN {sent} THEN publishing_post.planned_at END",
            },
            source="publishing_delivery, publishing_variant AS copied, publishing_post"
            " WHERE publishing_delivery.id = %s AND copied.post_id = publishing_post.id AND slug LIKE 'around-%%'",
            values=[delivery.pk],
        )


def _copy(
    cursor: Any, model: type[Model], new: Mapping[str, str], *, source: str, values: Sequence[Any], before: str = ""
) -> None:
    """Insert rows copied from a source, with expressions for some columns."""
    table = model._meta
    columns = [str(field.column) for field in table.concrete_fields if not field.primary_key]
    chosen = ", ".join(new.get(column, f"{table.db_table}.{column}") for column in columns)
    cursor.execute(
        f"INSERT INTO {table.db_table} ({', '.join(columns)}) {before} SELECT {chosen} FROM {source}", list(values)
    )
