"""Pictures and documents: Wagtail's, with an owner, a credit and a licence.

Promise 3: nothing without credit and licence valid that day is shown or sent; `Picture.may_be_shown` decides.
"""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import models
from django.utils.translation import gettext_lazy as _
from taggit.managers import TaggableManager
from wagtail.documents.models import AbstractDocument, DocumentQuerySet
from wagtail.documents.models import Document as WagtailDocument
from wagtail.images.models import AbstractImage, AbstractRendition, ImageQuerySet
from wagtail.search import index

from itac.campaign.models import Organisation, Person
from itac.core.localised import LocalisedField
from itac.library.stripping import as_document, without_private_data


class OwnedQuerySet(models.QuerySet[Any]):
    """Rows that belong to an organisation, or to the campaign itself where there is none."""

    def visible_to(self, actor: Person) -> OwnedQuerySet:
        """What this person may see: everything for coordinators, their organisations' own for others."""
        if actor.is_coordinator:
            return self
        return self.filter(organisation_id__in=actor.organisation_ids())


class PictureQuerySet(OwnedQuerySet, ImageQuerySet):
    """Pictures by who may see them, with Wagtail's search and prefetching."""


class OwnedDocumentQuerySet(OwnedQuerySet, DocumentQuerySet):
    """Documents by who may see them, with Wagtail's search."""


class Rights(models.Model):
    """Who owns a work, who made it, and under what it may be used until when."""

    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="%(class)ss",
        verbose_name=_("belongs to"),
    )
    credit = models.CharField(_("credit line"), max_length=200, blank=True, help_text=_("Who made it."))
    licence = models.CharField(
        _("licence"),
        max_length=120,
        blank=True,
        help_text=_("Under what it may be used, such as CC BY 4.0 or own work."),
    )
    valid_until = models.DateField(_("may be used until"), null=True, blank=True, help_text=_("The last day."))

    class Meta:
        abstract = True

    def may_be_shown(self, *, today: date) -> bool:
        """True with credit and licence, up to and including the last day."""
        return bool(self.credit and self.licence) and (self.valid_until is None or today <= self.valid_until)


def _put(row: Picture | Document, data: bytes) -> None:
    """Make these bytes the row's file, to be stored with it; a file that lies in the storage already is taken out."""
    name = row.file.name
    if getattr(row.file, "_committed", True):
        row.file.storage.delete(name)
        name = name.rpartition("/")[2]
    row.file = ContentFile(data, name=name)
    row.file_size = len(data)
    row.file_hash = hashlib.sha1(data, usedforsecurity=False).hexdigest()


class Picture(Rights, AbstractImage):
    """A picture with its rights, and its words for those who don't see it in each language.

    Promise 3: location and device data are taken out of the file before it is stored.
    `sha256` is that of the stored bytes; an approval binds to it.
    """

    file: Any  # Wagtail's field, whose type its class can't say
    alt = LocalisedField(_("description for those who don't see it"), blank=True)
    sha256 = models.CharField(max_length=64, blank=True, editable=False)
    logo_of = models.OneToOneField(
        Organisation, on_delete=models.SET_NULL, null=True, blank=True, related_name="logo", verbose_name=_("logo of")
    )

    admin_form_fields = (
        "title",
        "file",
        "alt",
        "credit",
        "licence",
        "valid_until",
        "focal_point_x",
        "focal_point_y",
        "focal_point_width",
        "focal_point_height",
    )
    # The search is narrowed by owner too, so the index has to know it.
    search_fields = (*AbstractImage.search_fields, index.FilterField("organisation"))
    objects = models.Manager.from_queryset(PictureQuerySet)()

    class Meta(AbstractImage.Meta):
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store; a new file is first freed of location and device data, and its digest is kept.

        Wagtail's upload of several files puts a new picture's file into the storage before the row is saved; such a
        file has no digest yet, and is taken out again.
        """
        is_new = self.file and not getattr(self.file, "_committed", True)
        if self.file and (is_new or not self.sha256):
            self.file.seek(0)
            clean = getattr(self.file.file, "freed", None) or without_private_data(self.file.read())
            _put(self, clean)
            self.sha256 = hashlib.sha256(clean).hexdigest()
        super().save(*args, **kwargs)

    @property
    def default_alt_text(self) -> str:
        """The description in the reader's language; Wagtail's image tags use it."""
        return str(self.alt)


class PictureRendition(AbstractRendition):
    """A size and crop of a picture."""

    image = models.ForeignKey(Picture, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        constraints = [
            models.UniqueConstraint(name="rendition_once", fields=["image", "filter_spec", "focal_point_key"])
        ]


class Document(Rights, AbstractDocument):
    """A file to download, with its rights. Promise 3: a picture among them is stored without private data too."""

    # Wagtail's own document model stays installed; these two would answer to the same names on the other side.
    tags = TaggableManager(verbose_name=_("tags"), blank=True, related_name="library_documents")
    uploaded_by_user = models.ForeignKey(
        Person,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("uploaded by"),
    )

    admin_form_fields = (*WagtailDocument.admin_form_fields, "credit", "licence", "valid_until")
    search_fields = (*AbstractDocument.search_fields, index.FilterField("organisation"))
    objects = models.Manager.from_queryset(OwnedDocumentQuerySet)()

    class Meta(AbstractDocument.Meta):
        verbose_name = _("document")
        verbose_name_plural = _("documents")

    def clean(self) -> None:
        """Refuse, at its field, a picture that can't be freed of location and device data."""
        super().clean()
        try:
            self._freed()
        except ValidationError as error:
            raise ValidationError({"file": error.messages}) from error

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store; a new file that is a picture is first freed of location and device data."""
        freed = self._freed()
        if freed is not None:
            _put(self, freed)
        super().save(*args, **kwargs)

    def _freed(self) -> bytes | None:
        """What a new file is to be instead; None when it stays as it is."""
        if not self.file or not (self._state.adding or not getattr(self.file, "_committed", True)):
            return None
        self.file.seek(0)
        data = self.file.read()
        self.file.seek(0)
        freed = as_document(data)
        return freed if freed != data else None


class FootageCredit(models.Model):
    """Somebody whose footage the campaign shows by courtesy."""

    name = LocalisedField(_("name"))
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="footage_credits",
        verbose_name=_("organisation"),
    )
    source_title = models.CharField(_("source"), max_length=300, blank=True)
    source_address = models.URLField(_("address of the source"), max_length=500, blank=True)
    place = models.PositiveSmallIntegerField(_("place in the list"), default=0)

    class Meta:
        verbose_name = _("footage credit")
        verbose_name_plural = _("footage credits")
        ordering = ["place", "pk"]

    def __str__(self) -> str:
        return str(self.name)
