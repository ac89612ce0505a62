"""The language of a page follows its address; the Studio's follows the person."""

from django.middleware.locale import LocaleMiddleware


class PublicLocaleMiddleware(LocaleMiddleware):
    """Django's, for the public site."""
