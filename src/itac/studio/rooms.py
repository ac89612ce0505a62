"""The rooms of the Studio, as plain links: whatever a person may open is reached from the home page without script."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from itac.campaign.models import Person
from itac.studio.rules import rule_for


@dataclass(frozen=True)
class Room:
    """One link of the home page."""

    title: str | Promise
    url: str
    description: str | Promise
    group: str | Promise


# View name, title, what one does there. A room is left out where its rule doesn't let the person in.
ROOMS: tuple[tuple[str, str | Promise, str | Promise], ...] = (
    ("studio_posts", _("Posts"), _("Write, plan, ask for approval.")),
    ("studio_post_new", _("Write a post"), _("A new one, for an organisation you write for.")),
    ("studio_calendar", _("Calendar"), _("The whole plan: posts, observances, and the slots of others.")),
    ("studio_spreadsheet", _("The plan in a spreadsheet"), _("Give the plan out as a table, or take posts in.")),
    ("studio_takeovers", _("Take-overs"), _("Who has the floor when: ask for a window, plan it, run it.")),
    ("studio_deliveries", _("Deliveries"), _("What leaves when, what left, and what needs somebody.")),
    ("studio_held", _("What is held"), _("Send it, move it or drop it.")),
    ("studio_channels", _("Channels"), _("The accounts on which the campaign speaks, and how they are.")),
    ("studio_pause", _("Pause"), _("Stop every call at once, and decide afterwards about each post that was held.")),
    ("studio_hold", _("Hold an organisation"), _("Stop everything that leaves in its name, with one press.")),
    ("studio_triggers", _("What posts wait for"), _("Name an event, and say when it has happened.")),
    ("wagtailimages:index", _("Pictures"), _("The pictures of your organisations, with credit, licence and words.")),
    ("wagtailimages:add", _("Add a picture"), _("One picture, with a form that needs no script.")),
    ("error_reports:index", _("Reports of errors"), _("What readers say is wrong on the site.")),
    ("wagtailadmin_explore_root", _("Pages"), _("Editorial pages of the site and their translations.")),
    ("wagtaildocs:index", _("Documents"), _("Files to download.")),
    ("campaign_row:index", _("The campaign"), _("Name, hashtag, time zone, contact.")),
    ("organisations:index", _("Organisations"), _("Who takes part, with logo, languages and links.")),
    ("mechanisms:index", _("Mechanisms"), _("The groups that organise stakeholders.")),
    ("memberships:index", _("Memberships"), _("Co-chairs, members, observers, and since when.")),
    ("contributors:index", _("Contributors"), _("Whom the campaign thanks, and for what.")),
    ("phases:index", _("Phases"), _("The stretches of the campaign, with their milestones.")),
    ("observances:index", _("Observances"), _("Days that come back each year.")),
    ("blackouts:index", _("Blackout periods"), _("Elections, days of mourning: when the campaign is rather silent.")),
    ("editions:index", _("Regional editions"), _("Groups of countries and languages.")),
    ("studio_invitations", _("Invitations"), _("Ask people to take part, one by one or from a list.")),
    ("people:index", _("People and roles"), _("Who may log in, and what they do for whom.")),
    ("footage_credits:index", _("Footage credits"), _("Whose footage is shown by courtesy.")),
    ("grants:index", _("Grants"), _("Who may speak on which channel, when, how much.")),
    ("approval_rules:index", _("Approval rules"), _("Who is asked before a post leaves.")),
    ("studio_deputies", _("Who stands in"), _("Deputies of approvers, from one moment to another.")),
    ("studio_decisions", _("The record of approval"), _("Who approved what, at which hash: a table to keep.")),
    ("studio_audit", _("Audit log"), _("Who did what in the name of your organisation, to read and to keep.")),
    ("studio_tokens", _("Tokens of the API"), _("Programs that act for an organisation, and what they may.")),
    ("studio_mails", _("Mails"), _("What was sent, what waits, and what didn't go out.")),
    ("wagtailadmin_reports:site_history", _("History"), _("Who changed what.")),
    ("wagtail_localize:translations_report", _("Translations"), _("Which pages are translated how far.")),
    ("wagtailredirects:index", _("Redirects"), _("Old addresses that lead to new ones.")),
    ("wagtailsites:index", _("Sites"), _("The site's address and root page.")),
    ("wagtaillocales:index", _("Locales"), _("The languages of the site's pages.")),
    ("wagtailadmin_account", _("Your account"), _("Name, language, time zone, password.")),
)

# Each group begins with this room of the list above.
GROUPS: dict[str, str | Promise] = {
    "studio_posts": _("Every day"),
    "wagtailimages:index": _("Pictures and pages"),
    "campaign_row:index": _("The campaign, its people and its rules"),
    "wagtailadmin_reports:site_history": _("The site, and you"),
}


def rooms_for(person: Person) -> list[Room]:
    """The rooms this person may open, in the order of the home page."""
    request = HttpRequest()
    request.user = person
    found: list[Room] = []
    group: str | Promise = ""
    for name, title, description in ROOMS:
        group = GROUPS.get(name, group)
        rule = rule_for(name)
        if rule is None or not rule.lets_in(request, {}):
            continue
        try:
            found.append(Room(title, reverse(name), description, group))
        except NoReverseMatch:  # a room with a rule, whose address isn't built yet
            continue
    return found
