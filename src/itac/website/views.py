"""Addresses of the site that aren't pages: the way to a language, cloths, share images, what robots are told."""

from __future__ import annotations

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.template.response import TemplateResponse
from django.utils import translation
from django.utils.cache import get_conditional_response, patch_vary_headers, set_response_etag
from django.utils.http import quote_etag
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.models import Locale, Page
from wagtail.views import serve as wagtail_serve

from itac.campaign.models import Organisation
from itac.core import clock
from itac.website import reading, sharing, takeovers, weaving
from itac.website.models import HomePage, ReportPage
from itac.website.reports import ReportForm, receive

CLOTH_SECONDS = 3600  # a cloth changes only when an organisation's facts do
SHARE_SECONDS = 600
REPORT_PATH = "report-an-error/"


@require_safe
def to_language(request: HttpRequest) -> HttpResponse:
    """On to the home page in the visitor's language, by what the browser asks for."""
    # The middleware has chosen: by Accept-Language among the site's languages, else the first of them.
    language = translation.get_language_from_request(request)
    response = HttpResponseRedirect(f"/{language}/")
    patch_vary_headers(response, ["Accept-Language"])
    return response


@require_safe
def cloth(request: HttpRequest, slug: str) -> HttpResponse:
    """The woven portrait of an organisation."""
    organisation = get_object_or_404(Organisation, slug=slug)
    return _drawing(request, weaving.portrait_of(organisation))


@require_safe
def icon(request: HttpRequest) -> HttpResponse:
    """The small mark, for a tab."""
    return _drawing(request, weaving.icon())


def _drawing(request: HttpRequest, svg: str) -> HttpResponse:
    response = HttpResponse(svg, content_type="image/svg+xml")
    response.headers["Cache-Control"] = f"public, max-age={CLOTH_SECONDS}"
    # A drawing opened by itself may run nothing.
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    set_response_etag(response)
    return get_conditional_response(request, etag=response.headers["ETag"], response=response) or response


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """A demonstration asks search engines to stay away from everything, a campaign from its Studio."""
    campaign = reading.campaign_of(request)
    if campaign is None or campaign.is_demonstration:
        lines = ["User-agent: *", "Disallow: /"]
    else:
        map_of_site = request.build_absolute_uri("/sitemap.xml")
        lines = ["User-agent: *", "Disallow: /studio/", "", f"Sitemap: {map_of_site}"]
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")


@require_safe
def share(request: HttpRequest, language: str, name: str) -> HttpResponseBase:
    """The share image of a page: `home`, `members`, or `updates/SUBJECT`. Drawn once, then kept on disk."""
    if language not in dict(settings.LANGUAGES):
        raise Http404
    with translation.override(language):
        words = _words(request, language, name)
    if words is None:
        raise Http404
    file = sharing.kept(words)
    etag = quote_etag(file.stem)  # its name is made of what it shows
    response: HttpResponseBase | None = get_conditional_response(request, etag=etag)
    if response is None:
        response = FileResponse(file.open("rb"), content_type="image/png")
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = f"public, max-age={SHARE_SECONDS}"
    return response


def _words(request: HttpRequest, language: str, name: str) -> sharing.Words | None:
    campaign = reading.campaign_of(request)
    if campaign is None:
        return None
    hashtag = campaign.hashtag or campaign.short_name
    first, _stroke, subject = name.partition("/")
    if first == "updates" and subject:
        shown = reading.post(subject, language, now=clock.now())
        if shown is None:
            return None
        speaker = shown.speaker
        return sharing.Words(
            title=shown.entry.title,
            by=str(speaker.name if speaker else campaign.name),
            name=hashtag,
            language=shown.entry.language,
            cloth=weaving.portrait_of(speaker) if speaker else "",
        )
    if first == "take-overs" and subject:
        whole = takeovers.takeover(subject, language, now=clock.now())
        if whole is None:
            return None
        told = whole.shown.it.title.read(language)
        organisation = whole.shown.it.organisation
        return sharing.Words(
            title=told.text,
            by=str(organisation.name),
            name=hashtag,
            language=told.language,
            cloth=weaving.portrait_of(organisation),
        )
    page = _page(language, name)
    if page is None:
        return None
    is_home = page.specific_class is HomePage
    title = str(campaign.full_title or campaign.name) if is_home else page.title
    return sharing.Words(title=title, by=str(campaign.name), name=hashtag, language=language)


def _page(language: str, name: str) -> Page | None:
    locale = Locale.objects.filter(language_code=language).first()
    home = HomePage.objects.live().filter(locale=locale).first() if locale else None
    if home is None or name == "home":
        return home
    page: Page | None = home.get_children().live().filter(slug=name).first()
    return page


@csrf_exempt  # there is no session here that another site could use; a token would set a cookie for every reader
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest) -> HttpResponseBase:
    """The page with the form, and what is sent from it: kept, or back with what is wrong and everything typed."""
    if request.method != "POST":
        answer: HttpResponseBase = wagtail_serve(request, REPORT_PATH)
        return answer
    found = Page.route_for_request(request, REPORT_PATH)
    page = found.page if found else None
    if not isinstance(page, ReportPage):
        raise Http404
    form = ReportForm(request.POST, now=clock.now())
    if form.is_valid():
        receive(**form.cleaned_data, now=form.now)
        return HttpResponseRedirect(f"{request.path}?received#received")
    return TemplateResponse(request, page.get_template(request), page.get_context(request) | {"form": form}, status=422)


def missing(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404 in the identity, with the ways on; in the language of the address."""
    return render(request, "404.html", status=404)
