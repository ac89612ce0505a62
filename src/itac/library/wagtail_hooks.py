"""Pictures and documents in Wagtail's admin: whose they are is asked everywhere Wagtail lists or opens them."""

from __future__ import annotations

from typing import Any

from django.db.models import Model
from django.http import Http404
from wagtail import hooks
from wagtail.admin import filters
from wagtail.images.views import chooser
from wagtail.images.views.bulk_actions import AddTagsBulkAction, AddToCollectionBulkAction, DeleteBulkAction
from wagtail.permissions import register_permission_policy

from itac.library.models import Document, Picture
from itac.library.policies import DOCUMENT_POLICY, PICTURE_POLICY

# Here and not in `ready`: Wagtail registers policies of its own there, after ours, since its apps come later.
register_permission_policy(Picture, PICTURE_POLICY)
register_permission_policy(Document, DOCUMENT_POLICY)

# Tags are shared by all organisations, so they would tell what others have; collections say nothing here.
AddTagsBulkAction.models = AddToCollectionBulkAction.models = DeleteBulkAction.models = []


def no_tags(model: type[Model], count: int = 10) -> list[Any]:
    """In place of the tags that Wagtail's lists and choosers offer to filter by, counted over everybody's rows."""
    return []


filters.popular_tags_for_model = chooser.popular_tags_for_model = no_tags


class DeletePictures(DeleteBulkAction):
    """Deletes several pictures; ids that aren't the person's are as if they didn't exist."""

    models = [Picture]

    def get_actionable_objects(self) -> tuple[list[Any], dict[str, list[Any]]]:
        """The person's pictures among those asked for. Raises 404 where there is none."""
        rows = PICTURE_POLICY.instances_user_has_permission_for(self.request.user, "delete")
        asked = self.request.GET.getlist("id")
        if "all" not in asked:
            rows = rows.filter(pk__in=[number for number in asked if number.isdigit()])
        pictures = list(rows)
        if not pictures:
            raise Http404
        return pictures, {"items_with_no_access": []}


hooks.register("register_bulk_action", DeletePictures, order=1)
