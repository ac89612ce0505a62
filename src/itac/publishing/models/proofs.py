"""What shows that a person posted by hand, where a network gives a post no address."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from itac.campaign.models import Person
from itac.core.personal import personal
from itac.publishing.models.deliveries import Delivery

KEPT = timedelta(days=180)


class Proof(models.Model):
    """A screenshot of a delivery that was posted by hand.

    Promise 7: others' names and faces may be on it, so it is seen by those who see the delivery, and is gone `KEPT`
    after it was given. Promise 3: it is stored without location and device data.
    """

    delivery = models.OneToOneField(Delivery, on_delete=models.CASCADE, related_name="proof")
    file = personal(
        models.FileField(upload_to="proofs/"),
        purpose="To show that a post stands where no address can say so.",
        ends="180 days after it was given.",
    )
    mime = models.CharField(max_length=40)
    given_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    given_at = models.DateTimeField()
    ends_at = models.DateTimeField(_("kept until"), db_index=True)

    class Meta:
        verbose_name = _("screenshot of a delivery")
        verbose_name_plural = _("screenshots of deliveries")

    def __str__(self) -> str:
        return str(self.delivery)
