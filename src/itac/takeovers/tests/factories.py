"""Take-overs to try the room on. Everything goes through the real verbs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from itac.core.localised import Localised
from itac.networks.models import Channel
from itac.publishing import approving, writing
from itac.publishing.mandating import Place
from itac.publishing.models import Delivery, Grant, Oversight, Post, Verdict
from itac.publishing.tests.factories import Scene, person
from itac.takeovers import agreeing
from itac.takeovers.agreeing import Terms
from itac.takeovers.models import TakeOver

NOON = datetime(2026, 12, 18, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)


class Stage:
    """North City takes over the website from noon on for six hours; somebody of South Youth is the guardian."""

    def __init__(self, noon: datetime, *, scene: Scene | None = None) -> None:
        self.noon, self.now = noon, noon - HOUR
        self.scene = scene or Scene(self.now)
        self.guardian = person("Guardian", host=self.scene.south)
        self.coordinator, self.editor = self.scene.coordinator, self.scene.north_editor
        self.approver, self.website = self.scene.north_approver, self.scene.website
        Grant.objects.filter(organisation__isnull=False).delete()

    def terms(self, **facts: object) -> Terms:
        """What it is to be, unless something else is said."""
        usual = {
            "title": Localised({"en": "A day in North City"}),
            "why": Localised({"en": "The city shows who built it."}),
            "opens_at": self.noon,
            "closes_at": self.noon + 6 * HOUR,
            "zone": "UTC",
            "places": [Place(self.website, ("en",))],
            "guardian": self.guardian,
            "oversight": Oversight.OWN,
        }
        return Terms(**{**usual, **facts})  # type: ignore[arg-type]

    def requested(self, **facts: object) -> TakeOver:
        """North City has asked for it."""
        return agreeing.request(
            self.editor, self.scene.north, self.terms(**facts), reason="It is our day", now=self.now
        )

    def agreed(self, **facts: object) -> TakeOver:
        """The campaign has said yes."""
        takeover = self.requested(**facts)
        agreeing.agree(self.coordinator, takeover, now=self.now)
        return takeover

    def briefed(self, **facts: object) -> TakeOver:
        """Everybody knows what is to be done; its channels are lent for the window."""
        takeover = self.agreed(**facts)
        self.write_brief(takeover)
        agreeing.brief(self.coordinator, takeover, now=self.now)
        return takeover

    def write_brief(self, takeover: TakeOver) -> None:
        """What the template can't know."""
        takeover.brief.their_contact, takeover.brief.our_contact = "Ana, +1 555 0100", "Ben, +1 555 0101"
        takeover.brief.guardian_hours = "All six hours"
        takeover.brief.save()

    def post(
        self,
        takeover: TakeOver | None,
        *,
        at: datetime,
        approved: bool = True,
        channel: Channel | None = None,
        text: str = "We have work for many hands.",
    ) -> Post:
        """A post of North City under the take-over's mandate, planned and, if wished, approved by all who are asked."""
        content = writing.Draft(
            title={"en": "Harvest"},
            text={"en": text},
            variants=[writing.DraftVariant(channel_id=(channel or self.website).pk, language="en")],
        )
        mandate = takeover.mandate if takeover else None
        post = writing.begin_post(
            self.editor, organisation=self.scene.north, draft=content, now=self.now, mandate=mandate
        )
        writing.submit_working_copy(self.editor, post, now=self.now)
        post.refresh_from_db()
        self.scene.plan(post, at)
        if approved:
            self.approve(post)
        return post

    def approve(self, post: Post) -> None:
        """Everybody who is asked says yes."""
        post.refresh_from_db()
        request = approving.ask(self.editor, post, now=self.now)
        for who in (self.approver, self.guardian):
            for organisation in approving.answering_as(who, request, now=self.now):
                approving.decide(
                    who, request, organisation=organisation, verdict=Verdict.APPROVE, seal=request.seal, now=self.now
                )

    def approve_own(self, post: Post) -> None:
        """The organisation says yes; whoever else is asked hasn't answered yet."""
        post.refresh_from_db()
        request = approving.ask(self.editor, post, now=self.now)
        approving.decide(
            self.approver,
            request,
            organisation=self.scene.north,
            verdict=Verdict.APPROVE,
            seal=request.seal,
            now=self.now,
        )

    def delivery(self, post: Post) -> Delivery:
        """Its only delivery, read afresh."""
        return Delivery.objects.get(variant__post=post)
