"""The form of a picture in the Studio."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from PIL import Image, UnidentifiedImageError
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm

from itac.campaign.models import Organisation, Person
from itac.library.policies import writes_for
from itac.library.stripping import UNKEPT, UNREADABLE, without_private_data


class PictureFile(WagtailImageField):
    """Wagtail's field for a picture's file, which a damaged one doesn't break."""

    default_error_messages = {"invalid_image": UNREADABLE}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.error_messages["file_too_many_pixels"] = _(
            "This picture is larger than can be kept: at most 100 million points, which is 10,000 by 10,000. Make it"
            " smaller and try once more."
        )
        self.error_messages["invalid_image_extension"] = UNKEPT
        self.error_messages["invalid_image_known_format"] = _(
            "The name of this file ends in .%(extension)s, and it is a picture of another kind (%(image_format)s). Give"
            " it the ending of its kind, or save it as JPEG, and try once more."
        )

    def to_python(self, data: Any) -> Any:
        """The upload. Wagtail measures it before any form could look, and lets through what its reader raises."""
        try:
            return super().to_python(data)
        except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
            raise ValidationError(UNREADABLE, code="unreadable") from error


class PictureForm(BaseImageForm):
    """Wagtail's picture form, with credit and licence asked for.

    Whose picture it is, is decided once, when it is made: the organisation the person writes for; a choice among theirs
    where they write for several; any or none for coordinators. Afterwards no form has that field, so nothing that a
    browser sends moves a picture to another organisation.
    """

    def __init__(self, *args: Any, user: Person | None = None, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        self.person = user
        # Not declared: Wagtail makes a second form of this one, for a file that has come already.
        if "file" in self.fields:
            given = self.fields["file"]
            self.fields["file"] = PictureFile(label=_("File"), required=given.required, widget=given.widget)
        for name, message in (
            ("credit", _("Write who made the picture. Without a credit line it can't be shown.")),
            ("licence", _("Write under what it may be used, such as CC BY 4.0 or own work.")),
        ):
            if name in self.fields:
                self.fields[name].required = True
                self.fields[name].error_messages["required"] = message
        if "alt" in self.fields:
            self.fields["alt"].help_text = _(
                "Say what one sees, in each language. Posts with this picture can't leave without it."
            )
        self.owner: Organisation | None = None
        if self.instance.pk is None and user is not None:
            self._ask_for_owner(user)

    def _ask_for_owner(self, person: Person) -> None:
        theirs = list(writes_for(person).order_by("slug"))
        if not person.is_coordinator and len(theirs) == 1:
            self.owner = theirs[0]
            return
        self.fields["owner"] = forms.ModelChoiceField(
            label=_("Belongs to"),
            queryset=writes_for(person).order_by("slug"),
            required=not person.is_coordinator,
            empty_label=_("The campaign itself") if person.is_coordinator else _("Choose one"),
            error_messages={"required": _("Choose whose picture this is.")},
        )

    def clean_file(self) -> Any:
        """The uploaded file, if it really can be read to its end."""
        upload = self.cleaned_data["file"]
        if upload and "file" in self.changed_data:
            upload.seek(0)
            # Kept for `Picture.save`, which holds the database meanwhile: for a large picture this takes seconds.
            upload.freed = without_private_data(upload.read())
            upload.seek(0)
        return upload

    def clean(self) -> dict[str, Any]:
        """Nobody without an organisation to write for makes a picture."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        person = self.person
        if person is not None and not person.is_coordinator and not writes_for(person).exists():
            raise ValidationError(_("You don't write for an organisation, so you can't add pictures."))
        return cleaned

    def save(self, commit: bool = True) -> Any:
        """Store it, as the picture of the organisation decided on."""
        if self.instance.pk is None and self.person is not None:
            self.instance.organisation = self.cleaned_data.get("owner") or self.owner
        return super().save(commit=commit)
