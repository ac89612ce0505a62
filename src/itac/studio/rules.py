"""The rules of all doors, and the table that gives each route one.

Default deny: a route of the Studio that isn't in the table is shut (`doors.DoorMiddleware`). `test_routes.py` reads the
routes of the whole installation from the URL resolver and fails for each without a rule. A rule answers one question:
may this person open this address, with these arguments? "No" looks exactly like "there is no such page", so nobody
learns what others have.

A room adds its routes to `ROOM_RULES`: what a member may open is `MEMBER`; an address with an object's id in it is
`Own`, whose queryset must hold the object; a list filters its rows by `visible_to` itself and says
`MEMBER` or `EDITOR`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from django.db.models import QuerySet
from django.http import HttpRequest
from wagtail.models import UploadedFile

from itac.campaign.models import Duty, Person
from itac.library.policies import editable_pictures
from itac.publishing.holding import HOLDERS
from itac.publishing.models import Delivery, PlanFile, Post, Righting
from itac.studio.pictures import shown_pictures
from itac.takeovers.models import TakeOver


class Rule(Protocol):
    """Who may open an address."""

    @property
    def name(self) -> str:
        """What the reference calls it."""

    @property
    def needs_person(self) -> bool:
        """Whether somebody has to be logged in."""

    def lets_in(self, request: HttpRequest, arguments: Mapping[str, Any]) -> bool:
        """Whether the person of this request may. Reads only."""


@dataclass(frozen=True)
class Open:
    """Anybody, logged in or not: the log-in itself and what it is drawn with."""

    name: str = "open"
    needs_person: bool = False

    def lets_in(self, request: HttpRequest, arguments: Mapping[str, Any]) -> bool:
        """Always."""
        return True


@dataclass(frozen=True)
class Shut:
    """Nobody: Wagtail's own views that another room of ours replaces, or that have no use here."""

    name: str = "shut"
    needs_person: bool = True

    def lets_in(self, request: HttpRequest, arguments: Mapping[str, Any]) -> bool:
        """Never."""
        return False


@dataclass(frozen=True)
class Whoever:
    """A person of whom something is true, whatever the address names."""

    name: str
    is_true: Callable[[Person], bool]
    needs_person: bool = True

    def lets_in(self, request: HttpRequest, arguments: Mapping[str, Any]) -> bool:
        """Whether it is true of the person of this request."""
        return isinstance(request.user, Person) and self.is_true(request.user)


@dataclass(frozen=True)
class Own:
    """A person in whose rows the object named by the address is. `lookup` is the field that the argument holds."""

    name: str
    rows: Callable[[Person], QuerySet[Any]]
    argument: str
    lookup: str = "pk"
    needs_person: bool = True

    def lets_in(self, request: HttpRequest, arguments: Mapping[str, Any]) -> bool:
        """Whether the row is among the person's. An argument that can't be an id finds none."""
        if not isinstance(request.user, Person) or not request.user.is_staff:
            return False
        try:
            return self.rows(request.user).filter(**{self.lookup: arguments[self.argument]}).exists()
        except (ValueError, TypeError, KeyError):
            return False


@dataclass(frozen=True)
class PictureBulk:
    """Wagtail's one address for all bulk actions: editors delete pictures there, the rest is the coordinators'."""

    name: str = "coordinator, or an editor who deletes pictures"
    needs_person: bool = True

    def lets_in(self, request: HttpRequest, arguments: Mapping[str, Any]) -> bool:
        """The ids are narrowed by the action itself (`library.wagtail_hooks.DeletePictures`)."""
        if COORDINATOR.lets_in(request, arguments):
            return True
        what = (arguments.get("app_label"), arguments.get("model_name"), arguments.get("action"))
        return what == ("library", "picture", "delete") and EDITOR.lets_in(request, arguments)


OPEN = Open()
BY_FILE = Open("open for what is shown to the public, else for who may see it: the view asks for each file")
BY_LINK = Open("open for who has a link from a mail: the view asks whose it is; deciding wants a code too")
BY_TOKEN = Open("open for who has a token: the door of the API asks for it, its scope and its organisation")
SHUT = Shut()
MEMBER = Whoever("member", lambda person: person.is_staff)
EDITOR = Whoever("editor", lambda p: p.is_staff and (p.is_coordinator or bool(p.organisation_ids(Duty.EDITOR))))
APPROVER = Whoever("approver", lambda p: p.is_staff and (p.is_coordinator or bool(p.organisation_ids(Duty.APPROVER))))
HOLDER = Whoever(
    "editor or approver", lambda p: p.is_staff and (p.is_coordinator or bool(p.organisation_ids(*HOLDERS)))
)
TEAM = Whoever("editor or approver", lambda person: EDITOR.is_true(person) or APPROVER.is_true(person))
COORDINATOR = Whoever("coordinator", lambda person: person.is_staff and person.is_coordinator)


def _pictures(argument: str) -> Own:
    return Own("an editor's own picture", editable_pictures, argument)


def _uploads(person: Person) -> QuerySet[Any]:
    rows: QuerySet[Any] = UploadedFile.objects.filter(
        uploaded_by_user=person, for_content_type__app_label="library", for_content_type__model="picture"
    )
    return rows if person.is_coordinator or person.organisation_ids(Duty.EDITOR) else rows.none()


_UPLOAD = Own("the uploader's own file", _uploads, "uploaded_file_id")

# By the view's name, with its namespace. "namespace:*" stands for all below it that has no line of its own.
WAGTAIL_RULES: dict[str, Rule] = {
    # The log-in, and the drawings and words of pages.
    "wagtailadmin_login": OPEN,
    "wagtailadmin_logout": OPEN,
    "wagtailadmin_sprite": OPEN,
    "wagtailadmin_javascript_catalog": OPEN,
    "wagtail_localize:javascript_catalog": OPEN,
    "^.*/$": OPEN,  # Wagtail's last pattern: asks for a log-in, then answers that there is no such page
    # No mail is sent from here, and an unasked reset would be a way in.
    "wagtailadmin_password_reset": SHUT,
    "wagtailadmin_password_reset_done": SHUT,
    "wagtailadmin_password_reset_confirm": SHUT,
    "wagtailadmin_password_reset_complete": SHUT,
    "test404/": SHUT,
    "wagtailadmin_error_test": SHUT,
    # Everybody's own.
    "wagtailadmin_home": MEMBER,
    "wagtailadmin_account": MEMBER,
    "wagtailadmin_dismissibles": MEMBER,
    # Pictures of one's own organisation.
    "wagtailimages:index": EDITOR,
    "wagtailimages:index_results": EDITOR,
    "wagtailimages:add": EDITOR,
    "wagtailimages:add_multiple": EDITOR,
    "wagtailimages:edit": _pictures("image_id"),
    "wagtailimages:delete": _pictures("image_id"),
    "wagtailimages:preview": _pictures("image_id"),
    "wagtailimages:image_usage": _pictures("image_id"),
    "wagtailimages:edit_multiple": _pictures("image_id"),
    "wagtailimages:delete_multiple": _pictures("image_id"),
    "wagtailimages:create_multiple_from_uploaded_image": _UPLOAD,
    "wagtailimages:delete_upload_multiple": _UPLOAD,
    "wagtailimages:url_generator": SHUT,
    "wagtailimages:url_generator_output": SHUT,
    "wagtailimages_chooser:choose": EDITOR,
    "wagtailimages_chooser:choose_results": EDITOR,
    "wagtailimages_chooser:chosen": _pictures("pk"),
    "wagtailimages_chooser:chosen_multiple": EDITOR,  # its rows come from the policy
    "wagtailimages_chooser:create": EDITOR,
    "wagtailimages_chooser:select_format": _pictures("image_id"),
    "wagtail_bulk_action": PictureBulk(),
    # People and what they may do are rows of ours (`campaign.viewsets`): Wagtail's groups would be a second truth.
    "wagtailusers_users:*": SHUT,
    "wagtailusers_groups:*": SHUT,
    # Approval is rows of ours; collections say nothing about who owns a picture.
    "wagtailadmin_workflows:*": SHUT,
    "wagtailadmin_collections:*": SHUT,
    # Editorial pages, their translations, and everything that lists them.
    "wagtailadmin_api:*": COORDINATOR,
    "wagtailadmin_pages:*": COORDINATOR,
    "wagtailadmin_explore_root": COORDINATOR,
    "wagtailadmin_explore": COORDINATOR,
    "wagtailadmin_explore_results": COORDINATOR,
    "wagtailadmin_choose_page": COORDINATOR,
    "wagtailadmin_choose_page_child": COORDINATOR,
    "wagtailadmin_choose_page_search": COORDINATOR,
    "wagtailadmin_choose_page_chosen_multiple": COORDINATOR,
    "wagtailadmin_choose_page_external_link": COORDINATOR,
    "wagtailadmin_choose_page_email_link": COORDINATOR,
    "wagtailadmin_choose_page_phone_link": COORDINATOR,
    "wagtailadmin_choose_page_anchor_link": COORDINATOR,
    "wagtailadmin_tag_autocomplete": COORDINATOR,
    "wagtailadmin_tag_model_autocomplete": COORDINATOR,
    "wagtailadmin_reports:*": COORDINATOR,
    "wagtailadmin_editing_sessions:*": COORDINATOR,
    "wagtailadmin_block_preview": COORDINATOR,
    "wagtail_localize:*": COORDINATOR,
    "wagtailforms:*": COORDINATOR,
    "wagtailredirects:*": COORDINATOR,
    "wagtailembeds:*": COORDINATOR,
    "wagtailsnippets:*": COORDINATOR,
    "wagtaildocs:*": COORDINATOR,
    "wagtaildocs_chooser:*": COORDINATOR,
    "wagtaillocales:*": COORDINATOR,
    "wagtailsites:*": COORDINATOR,
}

# Rows of the ground: lists and forms made by viewsets (`viewsets.py` of campaign, library and publishing).
GROUND_RULES: dict[str, Rule] = {
    "campaign_row:*": COORDINATOR,
    "campaign_row:add": SHUT,  # there is one row
    "campaign_row:delete": SHUT,
    "organisations:*": COORDINATOR,
    "mechanisms:*": COORDINATOR,
    "memberships:*": COORDINATOR,
    "contributors:*": COORDINATOR,
    "phases:*": COORDINATOR,
    "observances:*": COORDINATOR,
    "blackouts:*": COORDINATOR,
    "editions:*": COORDINATOR,
    "people:*": COORDINATOR,
    "footage_credits:*": COORDINATOR,
    "grants:*": COORDINATOR,
    "approval_rules:*": COORDINATOR,
    "error_reports:*": COORDINATOR,
    "error_reports:add": SHUT,  # readers write them, on the site
}

# Outside the Studio: the public site, its feeds and files, and what programs ask.
PUBLIC_RULES: dict[str, Rule] = {
    "approve_by_mail": BY_LINK,
    "approve_by_mail_picture": BY_LINK,
    "api:*": BY_TOKEN,
    "healthz": OPEN,
    "metrics": OPEN,  # to the addresses that the operator names
    "to_language": OPEN,
    "cloth": OPEN,
    "icon": OPEN,
    "favicon": OPEN,
    "robots": OPEN,
    "sitemap": OPEN,
    "share": OPEN,  # of what the site shows
    "feed": OPEN,
    "takeover_feed": OPEN,
    "report_an_error": OPEN,
    "wagtail_serve": OPEN,  # live pages; posts below the updates as `website.reading` gives them
    "media": BY_FILE,
    "wagtaildocs_serve": BY_FILE,
    "wagtailcore_authenticate_with_password": OPEN,  # the password that a coordinator gave a page
    "wagtailcore_login": SHUT,  # sign-in is one form, in the Studio
}

# Our own rooms: posts, deliveries, channels, pause.
_READABLE_POST = Own("a post one may read", lambda person: Post.objects.visible_to(person), "post_id")
_OWN_POST = Own("a post one may change", lambda person: Post.objects.editable_by(person), "post_id")
_OWN_DELIVERY = Own("a delivery one may see", lambda person: Delivery.objects.visible_to(person), "delivery_id")
_SEEN_TAKEOVER = Own("a take-over one may see", lambda person: TakeOver.objects.visible_to(person), "takeover_id")
ROOM_RULES: dict[str, Rule] = {
    "studio_posts": MEMBER,  # rows by `visible_to`; of others only taken slots
    "studio_post_new": EDITOR,
    "studio_post_preview": EDITOR,
    "studio_post": _READABLE_POST,
    "studio_begin": EDITOR,  # the verb asks for whom one writes
    "studio_photo": EDITOR,  # the view asks for whose post it is
    "studio_edit": EDITOR,  # the view asks for the post: what was typed into one that is gone is given back
    "studio_keep": _OWN_POST,
    "studio_here": _OWN_POST,
    "studio_submit": _OWN_POST,
    "studio_discard": _OWN_POST,
    "studio_plan": _OWN_POST,
    "studio_duplicate": _OWN_POST,
    "studio_urgent": COORDINATOR,
    "studio_ask": _OWN_POST,
    "studio_withdraw": _OWN_POST,
    "studio_comment": _READABLE_POST,
    "studio_comments_seen": _READABLE_POST,
    "studio_comment_back": _READABLE_POST,  # the view finds only one's own
    "studio_deputies": APPROVER,
    "studio_audit": MEMBER,  # of one's own organisations; the form offers no others
    "studio_decisions": COORDINATOR,
    "studio_decisions_json": COORDINATOR,
    "studio_decisions_of_post": _READABLE_POST,
    "studio_take_back": _OWN_POST,
    "studio_correct": _OWN_POST,
    "studio_righting": Own("one in one's sight", lambda person: Righting.objects.visible_to(person), "righting_id"),
    "studio_approve": _READABLE_POST,  # the verb asks for whom one may answer
    "studio_zones": EDITOR,
    "studio_picture": Own("a picture one may see in a post", shown_pictures, "picture_id"),
    "studio_calendar": MEMBER,  # lines by `visible_to`; of others only taken slots
    "studio_calendar_feed": MEMBER,  # the same rows
    "studio_calendar_move": _OWN_POST,
    "studio_spreadsheet": MEMBER,
    "studio_spreadsheet_export": MEMBER,  # rows by `visible_to`
    "studio_spreadsheet_template": EDITOR,
    "studio_spreadsheet_upload": EDITOR,
    "studio_spreadsheet_file": Own("one's own table", PlanFile.objects.visible_to, "file_id"),
    "studio_deliveries": MEMBER,  # rows by `visible_to`
    "studio_held": EDITOR,  # rows by `editable_by`
    "studio_delivery": _OWN_DELIVERY,
    "studio_act": _OWN_DELIVERY,  # the verb asks whether one may decide
    "studio_delivery_picture": _OWN_DELIVERY,
    "studio_pass_on": _OWN_DELIVERY,  # the verb asks whether one may decide
    "studio_take": _OWN_DELIVERY,  # the verb asks whether one may decide
    "studio_proof": _OWN_DELIVERY,
    "studio_hold": HOLDER,  # organisations by `holding.organisations_of`
    "studio_channel_hand": COORDINATOR,
    "studio_channels": MEMBER,
    "studio_channel_add": COORDINATOR,
    "studio_channel_test": COORDINATOR,
    "studio_channel_reconnect": COORDINATOR,
    "studio_pause": COORDINATOR,
    # Getting in. Open, because nobody is in yet: a code or link is asked for by the views themselves.
    "studio_ask_for_code": OPEN,
    "studio_forgotten": OPEN,
    "studio_entry_code": OPEN,
    "studio_entry_link": OPEN,
    "studio_accept": OPEN,
    "studio_password": MEMBER,  # one's own
    "studio_sessions": MEMBER,  # one's own
    "studio_invitations": COORDINATOR,
    "studio_invite": COORDINATOR,
    "studio_invite_list": COORDINATOR,
    "studio_invitation": COORDINATOR,
    "studio_mails": COORDINATOR,
    "studio_mail": COORDINATOR,
    "studio_takeovers": MEMBER,  # rows by `visible_to`
    "studio_takeover_new": TEAM,
    "studio_takeover": _SEEN_TAKEOVER,
    "studio_takeover_change": _SEEN_TAKEOVER,  # the view asks whether one plans it
    "studio_takeover_brief": _SEEN_TAKEOVER,  # the verb asks who may write
    "studio_takeover_act": _SEEN_TAKEOVER,  # the verbs ask whose step it is
    "studio_takeover_room": _SEEN_TAKEOVER,  # the verbs ask who may stop, undo, approve, answer
    "studio_takeover_rehearsal": _SEEN_TAKEOVER,  # the verbs ask who may rehearse
    "studio_takeover_report": _SEEN_TAKEOVER,  # the verbs ask who may write and sign off
    "studio_tokens": COORDINATOR,
    "studio_triggers": COORDINATOR,
    "studio_it_happened": COORDINATOR,
}


def rule_for(name: str) -> Rule | None:
    """The rule of a view's name (or of an unnamed route's pattern); None where nobody stated one."""
    namespace, colon, _view = name.partition(":")
    for table in (ROOM_RULES, GROUND_RULES, WAGTAIL_RULES, PUBLIC_RULES):
        rule = table.get(name) or (table.get(f"{namespace}:*") if colon else None)
        if rule is not None:
            return rule
    return None
