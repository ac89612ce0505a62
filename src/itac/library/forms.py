"""The form of a picture in the Studio."""

from wagtail.images.forms import BaseImageForm


class PictureForm(BaseImageForm):
    """Wagtail's picture form; the organisation is set by the view, never by what a browser sends."""
