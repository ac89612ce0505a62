"""The frame of the Studio: its rooms for coordinators, its menu, its search, its colours and everybody's account."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import Resolver404, resolve, reverse_lazy
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.model import ModelViewSetGroup

from itac.campaign import viewsets as ground
from itac.library import viewsets as library
from itac.publishing import viewsets as publishing
from itac.studio.account import MailsPanel, PersonPanel, WaysInPanel
from itac.studio.organisations import OrganisationViewSet
from itac.studio.rules import rule_for


class Ground(ModelViewSetGroup):
    """The campaign's own rows, one entry of the menu."""

    items = (
        ground.CampaignViewSet,
        OrganisationViewSet,
        *(item for item in ground.VIEWSETS if item not in (ground.CampaignViewSet, ground.OrganisationViewSet)),
        *library.VIEWSETS,
        *publishing.VIEWSETS,
    )
    menu_label = _("Campaign")
    menu_icon = "group"
    menu_order = 500


@hooks.register("register_admin_viewset")
def rows_of_the_ground() -> Ground:
    """The lists and forms of the ground."""
    return Ground()


def opens(request: HttpRequest, address: str) -> bool:
    """Whether the person of this request may open an address of the Studio, by the rule of its route."""
    try:
        match = resolve(address.partition("?")[0].partition("#")[0])
    except Resolver404:
        return True  # leads elsewhere
    if not match.route.startswith("studio/"):
        return True
    rule = rule_for(match.view_name)
    return rule is not None and rule.lets_in(request, match.kwargs)


def _keep_what_opens(request: HttpRequest, items: list[MenuItem]) -> None:
    """Take out what the person couldn't open. Hiding closes nothing: the doors do that (`doors.py`)."""
    items[:] = [item for item in items if not item.url or item.url == "#" or opens(request, str(item.url))]


# The rooms of every day, in the menu too; `_keep_what_opens` takes out what a person can't open.
_ROOMS = (
    ("studio_posts", _("Posts"), "edit"),
    ("studio_calendar", _("Calendar"), "calendar-alt"),
    ("studio_takeovers", _("Take-overs"), "group"),
    ("studio_deliveries", _("Deliveries"), "upload"),
    ("studio_channels", _("Channels"), "link"),
    ("studio_pause", _("Pause"), "no-view"),
)


def _entry(name: str, label: Any, icon: str, place: int) -> None:
    hooks.register("register_admin_menu_item", lambda: MenuItem(label, reverse_lazy(name), icon_name=icon, order=place))


for _place, (_name, _label, _icon) in enumerate(_ROOMS, start=10):
    _entry(_name, _label, _icon, _place)

for _menu in ("construct_main_menu", "construct_settings_menu", "construct_reports_menu"):
    hooks.register(_menu, _keep_what_opens)

# Approval is ours; Wagtail's help leads to Wagtail's own pages.
_HIDDEN = {"help", "explorer"}


@hooks.register("construct_main_menu")
def without_help(request: HttpRequest, items: list[MenuItem]) -> None:
    """No help that speaks of another product, and no page tree for who keeps no pages."""
    person: Any = request.user
    hidden = {"help"} if person.is_coordinator else _HIDDEN
    items[:] = [item for item in items if item.name not in hidden]


@hooks.register("construct_search")
def search_where_it_opens(request: HttpRequest, areas: list[Any]) -> None:
    """The search offers only what the person could open."""
    areas[:] = [area for area in areas if opens(request, str(area.url))]


@hooks.register("construct_homepage_summary_items")
def no_counts(request: HttpRequest, items: list[Any]) -> None:
    """Wagtail's counts of pages and documents say nothing to who works on posts, and tell how many others have."""
    items.clear()


@hooks.register("insert_global_admin_css")
def our_colours() -> str:
    """Our colours by Wagtail's own custom properties, and the look of our rooms."""
    sheets = ("studio/studio.css", "studio/rooms.css", "studio/looks.css")
    return format_html("".join('<link rel="stylesheet" href="{}">' for _sheet in sheets), *map(static, sheets))


@hooks.register("insert_global_admin_js")
def nothing_typed_stays_behind() -> str:
    """Whoever signs out leaves nothing of what they typed in this browser."""
    return format_html('<script type="module" src="{}"></script>', static("studio/keeping_out.js"))


@hooks.register("register_account_settings_panel")
def who_i_am(request: HttpRequest, user: Any, profile: Any) -> PersonPanel:
    """Name, language and time zone, kept in the person's own row."""
    return PersonPanel(request, user, profile)


@hooks.register("register_account_settings_panel")
def which_mails(request: HttpRequest, user: Any, profile: Any) -> MailsPanel:
    """The mails that a person chooses."""
    return MailsPanel(request, user, profile)


@hooks.register("register_account_settings_panel")
def how_i_get_in(request: HttpRequest, user: Any, profile: Any) -> WaysInPanel:
    """The ways to one's password and sessions."""
    return WaysInPanel(request, user, profile)
