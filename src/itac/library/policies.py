"""Who may do what with which picture and document: by the organisation that owns it, not by a collection."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db.models import Model, Q, QuerySet
from wagtail.models import Collection
from wagtail.permission_policies.base import BasePermissionPolicy

from itac.campaign.models import Duty, Organisation, Person
from itac.library.models import Document, Picture

ACTIONS = frozenset({"add", "change", "delete", "choose", "view"})


def writes_for(person: Person) -> QuerySet[Organisation]:
    """The organisations whose pictures this person keeps: all for coordinators, those they edit for otherwise."""
    if person.is_coordinator:
        return Organisation.objects.all()
    return Organisation.objects.filter(pk__in=person.organisation_ids(Duty.EDITOR))


def editable_pictures(person: Person) -> QuerySet[Any]:
    """The pictures this person may see in the Studio's picture rooms, change, choose and delete."""
    if person.is_coordinator:
        return Picture.objects.all()
    return Picture.objects.filter(organisation_id__in=person.organisation_ids(Duty.EDITOR))


class OwnerPolicy(BasePermissionPolicy):
    """Rows that belong to an organisation are its editors' and the coordinators'; those of the campaign, the latter's.

    Wagtail asks it in lists, choosers, forms, usage, bulk actions and looks for duplicates.
    """

    def __init__(self, model: type[Model], *, editors: bool) -> None:
        super().__init__(model)
        self.editors = editors

    def _rows(self, user: AbstractBaseUser | AnonymousUser) -> QuerySet[Any]:
        rows: QuerySet[Any] = self.model._default_manager.all()  # noqa: SLF001 -- Django's public name for it
        if not isinstance(user, Person) or not user.is_active:
            return rows.none()
        if user.is_coordinator:
            return rows
        return rows.filter(organisation_id__in=user.organisation_ids(Duty.EDITOR)) if self.editors else rows.none()

    def user_has_permission(self, user: Any, action: str) -> bool:
        """Whether there could be a row on which the person may do this."""
        if not isinstance(user, Person) or not user.is_active or action not in ACTIONS:
            return False
        return user.is_coordinator or (self.editors and bool(user.organisation_ids(Duty.EDITOR)))

    def user_has_any_permission(self, user: Any, actions: Iterable[str]) -> bool:
        """The same for any of several actions."""
        return any(self.user_has_permission(user, action) for action in actions)

    def users_with_any_permission(self, actions: Iterable[str]) -> QuerySet[Person]:
        """Coordinators, and editors of any organisation where those keep such rows."""
        return self._people(Q(roles__duty=Duty.EDITOR), actions)

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Any) -> bool:
        """Whether this very row is among the person's."""
        return self.user_has_any_permission_for_instance(user, [action], instance)

    def user_has_any_permission_for_instance(self, user: Any, actions: Iterable[str], instance: Any) -> bool:
        """The same for any of several actions; a row not yet stored belongs to who makes it."""
        if not self.user_has_any_permission(user, actions):
            return False
        if user.is_coordinator or instance.pk is None:
            return True
        return instance.organisation_id in user.organisation_ids(Duty.EDITOR)

    def instances_user_has_any_permission_for(self, user: Any, actions: Iterable[str]) -> QuerySet[Any]:
        """The person's rows, if there is anything of this they may do."""
        rows = self._rows(user)
        return rows if self.user_has_any_permission(user, actions) else rows.none()

    def users_with_any_permission_for_instance(self, actions: Iterable[str], instance: Any) -> QuerySet[Person]:
        """Coordinators, and the editors of the row's organisation."""
        return self._people(Q(roles__duty=Duty.EDITOR, roles__organisation=instance.organisation_id), actions)

    def _people(self, editors: Q, actions: Iterable[str]) -> QuerySet[Person]:
        if not ACTIONS.intersection(actions):
            return Person.objects.none()
        who = Q(is_coordinator=True) | editors if self.editors else Q(is_coordinator=True)
        return Person.objects.filter(who, is_active=True).distinct()

    def collections_user_has_any_permission_for(self, user: Any, actions: Iterable[str]) -> QuerySet[Any]:
        """The one collection everything lies in: Wagtail's forms ask for it, nobody's rights hang on it."""
        root = Collection.objects.filter(depth=1)
        return root if self.user_has_any_permission(user, actions) else root.none()

    def collections_user_has_permission_for(self, user: Any, action: str) -> QuerySet[Any]:
        """The same for one action."""
        return self.collections_user_has_any_permission_for(user, [action])


PICTURE_POLICY = OwnerPolicy(Picture, editors=True)
DOCUMENT_POLICY = OwnerPolicy(Document, editors=False)
