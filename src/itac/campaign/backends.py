"""Who may log in, and which of Wagtail's permissions follow from being a coordinator or having a role."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.db.models import Model

from itac.campaign.models import Duty, Person

# Given by having any role; what a person sees of a model is decided by row, in each room's `visible_to`.
MEMBER_PERMISSIONS = frozenset({"wagtailadmin.access_admin"})
EDITOR_PERMISSIONS = frozenset(
    {
        "library.add_picture",
        "library.change_picture",
        "library.delete_picture",
        "library.choose_picture",
        "wagtailimages.add_image",
        "wagtailimages.change_image",
        "wagtailimages.delete_image",
        "wagtailimages.choose_image",
    }
)


class RoleBackend(ModelBackend):
    """Log-in by e-mail; permissions are read from roles, so a role taken away is gone at the next request."""

    def get_user(self, user_id: Any) -> Any:
        """Whoever is logged in. Wagtail asks for its superusers where it means who keeps all pages: coordinators.

        Said afresh at each request and never read from the row, so it ends with being a coordinator.
        """
        person = super().get_user(user_id)
        if isinstance(person, Person):
            person.is_superuser = person.is_coordinator
        return person

    def has_perm(self, user_obj: Any, perm: str, obj: Model | None = None) -> bool:
        """True where the person's roles give the permission; coordinators have every one."""
        if not isinstance(user_obj, Person) or not user_obj.is_active:
            return False
        if user_obj.is_coordinator:
            return True
        if perm in MEMBER_PERMISSIONS:
            return bool(user_obj.roles_now())
        return perm in EDITOR_PERMISSIONS and bool(user_obj.organisation_ids(Duty.EDITOR))

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        """True for coordinators, and for editors in the library."""
        return any(self.has_perm(user_obj, f"{app_label}.{verb}_picture") for verb in ("add", "change"))

    def get_all_permissions(self, user_obj: Any, obj: Model | None = None) -> set[str]:
        """The named permissions of a person without campaign-wide rights."""
        return {perm for perm in MEMBER_PERMISSIONS | EDITOR_PERMISSIONS if self.has_perm(user_obj, perm, obj)}
