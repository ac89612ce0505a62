"""Every address of an installation: the Studio, health, media, and below a language the public site."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path, re_path

from itac.api import urls as api_urls
from itac.library.serving import document, media
from itac.publishing.views import healthz, metrics
from itac.studio import approving_by_mail
from itac.studio import urls as studio_urls
from itac.website import urls as website_urls

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("metrics", metrics, name="metrics"),
    path("studio/", include(studio_urls)),
    path("api/v1/", include((api_urls.patterns, "api"))),
    path("approve/<str:token>/", approving_by_mail.answer, name="approve_by_mail"),
    path(
        "approve/<str:token>/pictures/<int:picture_id>/",
        approving_by_mail.picture_by_link,
        name="approve_by_mail_picture",
    ),
    path("", include(website_urls.without_language)),
    # In place of Wagtail's address of documents, under the name by which Wagtail makes links to it.
    re_path(r"^documents/(\d+)/(.*)$", document, name="wagtaildocs_serve"),
    re_path(r"^media/(?P<path>.*)$", media, name="media"),
]
urlpatterns += i18n_patterns(path("", include(website_urls.with_language)))

handler404 = "itac.website.views.missing"
