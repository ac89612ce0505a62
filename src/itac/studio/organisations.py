"""The page of an organisation in the Studio: its facts, and the way to stop everything that leaves in its name."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from wagtail.admin.views import generic
from wagtail.admin.widgets.button import HeaderButton

from itac.library import viewsets as library


class OrganisationPage(generic.EditView):
    """The form of an organisation, with the stop beside its name."""

    @cached_property
    def header_buttons(self) -> list[Any]:
        """Wagtail's own, and the way to the hold with this organisation chosen."""
        address = f"{reverse('studio_hold')}?{urlencode({'organisation': self.object.pk})}"
        stop = HeaderButton(_("Hold everything"), url=address, icon_name="no-view")
        return [*super().header_buttons, stop]


class OrganisationViewSet(library.OrganisationViewSet):
    """Organisations, with their logos and the stop."""

    edit_view_class = OrganisationPage
