"""The site's pages. Rows (posts, organisations, phases) aren't pages; these pages show them.

All slugs are the same in every language. Texts of ours begin a page (`building.py`); editors change them.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.contrib.routable_page.models import RoutablePageMixin, path
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail_localize.fields import SynchronizedField

from itac.core import clock
from itac.website import reading, takeovers
from itac.website.blocks import EditorialBlocks, FigureBlock
from itac.website.reports import LONGEST_ADDRESS, ErrorReport, ReportForm

__all__ = [
    "ContributorsPage",
    "CreditsPage",
    "EditorialPage",
    "ErrorReport",
    "HomePage",
    "MembersPage",
    "PhasesPage",
    "ReportPage",
    "SitePage",
    "TakeOversPage",
    "UpdatesPage",
]

# The small pages every public body must have; the foot of each page leads to them.
SMALL_PAGES = ("contact", "privacy", "accessibility", "report-an-error")


class SitePage(Page):
    """What all pages of the site share."""

    lead = models.TextField(_("first sentences"), blank=True)
    written_in = models.CharField(
        _("language of the text"),
        max_length=8,
        blank=True,
        help_text=_(
            "Only where the text isn't in the page's own language yet: the code of the one it is in, such as en."
        ),
    )

    content_panels = [*Page.content_panels, FieldPanel("lead")]
    settings_panels = [*Page.settings_panels, FieldPanel("written_in")]
    override_translatable_fields = [SynchronizedField("slug", overridable=False)]
    subpage_types: list[str] = []
    parent_page_types = ["website.HomePage"]

    class Meta:
        abstract = True


class HomePage(SitePage):
    """The way in: what happens now, what comes next, one figure, who takes part."""

    figure = StreamField([("figure", FigureBlock())], verbose_name=_("figure"), max_num=1, blank=True)

    template = "website/home.html"
    content_panels = [*SitePage.content_panels, FieldPanel("figure")]
    override_translatable_fields: list[Any] = []
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = [
        "website.EditorialPage",
        "website.PhasesPage",
        "website.MembersPage",
        "website.ContributorsPage",
        "website.CreditsPage",
        "website.TakeOversPage",
        "website.UpdatesPage",
        "website.ReportPage",
    ]

    class Meta:
        verbose_name = _("home page")
        verbose_name_plural = _("home pages")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """The latest words in the page's language first, who has the floor, what comes next, phases, members."""
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        now = clock.now()
        context |= {
            "words": reading.latest_words(self.locale.language_code, now=now),
            "floors": takeovers.now_and_next(now=now),
            "coming": reading.coming_observances(now=now),
            "phases": reading.phases(),
            "members": reading.members(now=now),
        }
        return context

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page; with `?part=words` the part that changes while it is open."""
        response: TemplateResponse = super().serve(request, *args, **kwargs)
        if request.GET.get("part") == "words":
            response.template_name = "website/components/now.html"
        return response


class EditorialPage(SitePage):
    """A page composed of blocks: about, contact, privacy and their like."""

    body = StreamField(EditorialBlocks(), verbose_name=_("text"), blank=True)

    template = "website/editorial.html"
    content_panels = [*SitePage.content_panels, FieldPanel("body")]

    class Meta:
        verbose_name = _("editorial page")
        verbose_name_plural = _("editorial pages")


class ReportPage(SitePage):
    """Where readers say what is wrong: a form, then blocks. `views.report` takes what is sent."""

    body = StreamField(EditorialBlocks(), verbose_name=_("text"), blank=True)

    template = "website/report.html"
    content_panels = [*SitePage.content_panels, FieldPanel("body")]

    class Meta:
        verbose_name = _("page for reports of errors")
        verbose_name_plural = _("pages for reports of errors")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """`form` with the page somebody came from, as far as the address says it; `was_received` after sending."""
        came_from = request.GET.get("page", "")
        return super().get_context(request, *args, **kwargs) | {
            "form": ReportForm(initial={"page": came_from[:LONGEST_ADDRESS]}, now=clock.now()),
            "was_received": "received" in request.GET,
        }


class PhasesPage(SitePage):
    """The campaign's phases and what happened in them."""

    template = "website/phases.html"

    class Meta:
        verbose_name = _("page of the phases")
        verbose_name_plural = _("pages of the phases")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """`phases` from the first to the last, `coming` observances, `today` in the campaign's zone."""
        now = clock.now()
        return super().get_context(request, *args, **kwargs) | {
            "phases": reading.phases(),
            "coming": reading.coming_observances(now=now),
            "today": reading.today(now=now),
        }


class MembersPage(SitePage):
    """Who takes part: all co-chairs before any other name, then by kind."""

    template = "website/members.html"

    class Meta:
        verbose_name = _("page of the members")
        verbose_name_plural = _("pages of the members")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """`members`: co-chairs, and the others by kind."""
        return super().get_context(request, *args, **kwargs) | {"members": reading.members(now=clock.now())}


class ContributorsPage(SitePage):
    """Whom the campaign thanks for money and work."""

    template = "website/contributors.html"

    class Meta:
        verbose_name = _("page of the contributors")
        verbose_name_plural = _("pages of the contributors")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """`contributors` by what was given."""
        return super().get_context(request, *args, **kwargs) | {"contributions": reading.contributions()}


class CreditsPage(SitePage):
    """Whose footage and pictures the campaign shows."""

    template = "website/credits.html"

    class Meta:
        verbose_name = _("page of the credits")
        verbose_name_plural = _("pages of the credits")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """`footage` by courtesy of others, `pictures` shown today with their credit lines."""
        return super().get_context(request, *args, **kwargs) | {
            "footage": reading.footage(),
            "pictures": reading.credited_pictures(now=clock.now()),
        }


class TakeOversPage(RoutablePageMixin, SitePage):
    """Who has the floor now, who will have it, who had it; below it a page for each."""

    template = "website/takeovers.html"

    class Meta:
        verbose_name = _("page of the take-overs")
        verbose_name_plural = _("pages of the take-overs")

    @path("", name="index")
    def everyone(self, request: HttpRequest) -> HttpResponse:
        """Those open, to come and past."""
        found = takeovers.takeovers(now=clock.now())
        groups = [(state, [one for one in found if one.state == state]) for state in takeovers.ORDER]
        context = {"groups": [(state, rows) for state, rows in groups if rows]}
        response: HttpResponse = self.render(request, context_overrides=context)
        return response

    @path("<slug:subject>/", name="takeover")
    def takeover(self, request: HttpRequest, subject: str) -> HttpResponse:
        """One take-over; one that the public doesn't know of isn't there."""
        found = takeovers.takeover(subject, self.locale.language_code, now=clock.now())
        if found is None:
            raise Http404
        context = {"whole": found, "shown": found.shown, "subject": subject, "spoken": dict(settings.LANGUAGES)}
        response: HttpResponse = self.render(request, context_overrides=context, template="website/takeover.html")
        return response


class UpdatesPage(RoutablePageMixin, SitePage):
    """What the campaign has said, newest first: the same newest 100 as in its feeds, older ones on further pages."""

    template = "website/updates.html"

    class Meta:
        verbose_name = _("page of the updates")
        verbose_name_plural = _("pages of the updates")

    @path("", name="index")
    def newest(self, request: HttpRequest) -> HttpResponse:
        """The first page is exactly the feeds' items; `?page=2` goes on; `?part=words` is the list alone."""
        language, now = self.locale.language_code, clock.now()
        number = reading.page_number(request.GET.get("page", ""))
        count = reading.count(language, now=now)
        found = reading.newest(language, now=now, page=number)
        if number > 1 and not found:
            raise Http404
        context = {
            "updates": found,
            "number": number,
            "newer": number - 1 if number > 1 else None,
            "older": number + 1 if count > number * reading.NEWEST else None,
            "count": count,
        }
        only_words = request.GET.get("part") == "words"
        template = "website/components/updates_list.html" if only_words else self.template
        response: HttpResponse = self.render(request, context_overrides=context, template=template)
        return response

    @path("<slug:subject>/", name="post")
    def post(self, request: HttpRequest, subject: str) -> HttpResponse:
        """One post: in this language, else in another and saying so; 410 once it was withdrawn, 404 if it never was."""
        language, now = self.locale.language_code, clock.now()
        found = reading.post(subject, language, now=now)
        if found is None:
            withdrawn = reading.withdrawal(subject, language, now=now)
            response: HttpResponse = self.render(
                request,
                context_overrides={"subject": subject if withdrawn else "", "withdrawn": withdrawn},
                template="website/gone.html",
            )
            response.status_code = 410 if withdrawn else 404
            return response
        context = {
            "shown": found,
            "subject": subject,
            "others": reading.others(found, language, now=now),
            "spoken": reading.languages_of(subject, now=now),
        }
        page: HttpResponse = self.render(request, context_overrides=context, template="website/post.html")
        return page
