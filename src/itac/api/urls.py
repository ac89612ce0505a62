"""Addresses of the API, all behind one door."""

from django.urls import path
from wagtail.utils.urlpatterns import decorate_urlpatterns

from itac.api import approvals, deliveries, pictures, posts, rightings
from itac.api.contract import build
from itac.api.doors import door, missing
from itac.api.operations import router

# Named, so that nobody takes an import for one that isn't needed: importing them is what makes the operations.
ROOMS = (approvals, deliveries, pictures, posts, rightings)

api = build()
api.add_router("", router)
_operations, _app, _namespace = api.urls
patterns = decorate_urlpatterns([*_operations, path("<path:rest>", missing, name="missing")], door)
