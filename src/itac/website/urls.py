"""Addresses of the public site."""

from django.urls import include, path
from wagtail import urls as wagtail_urls

without_language: list = []
with_language = [path("", include(wagtail_urls))]
