"""Addresses of the Studio: our rooms first, then Wagtail's."""

from django.urls import include, path
from wagtail.admin import urls as wagtailadmin_urls

urlpatterns = [
    path("", include(wagtailadmin_urls)),
]
