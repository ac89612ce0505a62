"""Addresses of the public site. They don't change once out."""

from django.urls import URLPattern, URLResolver, include, path, re_path
from wagtail import urls as wagtail_urls

from itac.website import feeds, sitemap, views

without_language: list[URLPattern | URLResolver] = [
    path("", views.to_language, name="to_language"),
    path("cloth/<slug:slug>.svg", views.cloth, name="cloth"),
    path("icon.svg", views.icon, name="icon"),
    path("favicon.ico", views.icon, name="favicon"),
    path("robots.txt", views.robots, name="robots"),
    path("sitemap.xml", sitemap.sitemap, name="sitemap"),
    re_path(r"^share/(?P<language>[a-z-]{2,8})/(?P<name>[\w/-]+)\.png$", views.share, name="share"),
]
with_language: list[URLPattern | URLResolver] = [
    re_path(r"^updates/feed\.(?P<form>rss|atom|json)$", feeds.updates, name="feed"),
    re_path(r"^take-overs/feed\.(?P<form>rss|atom|json|ics)$", feeds.takeovers, name="takeover_feed"),
    path("report-an-error/", views.report, name="report_an_error"),
    path("", include(wagtail_urls)),
]
