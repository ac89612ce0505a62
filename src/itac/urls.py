"""Every address of an installation: the Studio, health, media, and below a language the public site."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path, re_path
from django.views.static import serve

from itac.studio import urls as studio_urls
from itac.website import urls as website_urls

urlpatterns = [
    path("studio/", include(studio_urls)),
    path("", include(website_urls.without_language)),
    re_path(r"^media/(?P<path>.*)$", serve, {"document_root": settings.MEDIA_ROOT}, name="media"),
]
urlpatterns += i18n_patterns(path("", include(website_urls.with_language)))
