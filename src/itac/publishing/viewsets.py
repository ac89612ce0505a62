"""The Studio's lists and forms of who may speak and who is asked, for coordinators."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from itac.campaign.forms import CodesField, GroundForm, MomentInput
from itac.campaign.viewsets import GroundViewSet
from itac.publishing.models import ApprovalRule, Grant


class GrantForm(GroundForm):
    """Who may speak on a channel, from when to when. Times are those of the person's own zone."""

    languages = CodesField(
        label=_("Languages"), required=False, help_text=_("Two-letter codes with commas between. Empty for any.")
    )

    class Meta:
        model = Grant
        fields = ["channel", "organisation", "languages", "opens_at", "closes_at", "per_day", "revoked_at", "reason"]
        widgets = {"opens_at": MomentInput, "closes_at": MomentInput, "revoked_at": MomentInput}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.name_empty("organisation", _("The campaign itself"))


class GrantViewSet(GroundViewSet):
    """Grants."""

    model, name, icon, form_class = Grant, "grants", "key", GrantForm
    list_display = ["__str__", "opens_at", "closes_at", "per_day", "revoked_at"]


class ApprovalRuleForm(GroundForm):
    """What a post needs before it may leave."""

    class Meta:
        model = ApprovalRule
        fields = ["channel", "post_kind", "organisations", "needed", "veto", "readers", "deadline_hours"]
        widgets = {"organisations": forms.CheckboxSelectMultiple}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.name_empty("channel", _("Every channel without its own rule"))
        self.name_empty("post_kind", _("Every kind of post"))

    def clean(self) -> dict[str, Any]:
        """As many as must approve can be asked."""
        cleaned = super().clean()
        asked = cleaned.get("organisations")
        needed = cleaned.get("needed")
        if asked and needed and needed > len(asked):
            self.add_error("needed", _("More must approve than are asked. Ask more, or lower the number."))
        return cleaned


class ApprovalRuleViewSet(GroundViewSet):
    """Approval rules."""

    model, name, icon, form_class = ApprovalRule, "approval_rules", "check", ApprovalRuleForm
    list_display = ["__str__", "needed", "veto", "readers", "deadline_hours"]


VIEWSETS = (GrantViewSet, ApprovalRuleViewSet)
