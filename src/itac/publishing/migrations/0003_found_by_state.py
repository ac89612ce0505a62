from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """What needs somebody is found by its state, beside any number of rows that need nobody."""

    dependencies = [("publishing", "0002_rightings")]

    operations = [
        migrations.RemoveIndex(model_name="delivery", name="delivery_needs_somebody"),
        migrations.AddIndex(
            model_name="delivery", index=models.Index(fields=["state", "moved_at"], name="delivery_by_state")
        ),
        migrations.AddIndex(
            model_name="righting", index=models.Index(fields=["state", "asked_at"], name="righting_by_state")
        ),
        migrations.AddIndex(
            model_name="approvalrequest",
            index=models.Index(
                fields=["deadline_at"],
                name="request_open",
                condition=Q(voided_at=None, granted_at=None, refused_at=None, returned_at=None),
            ),
        ),
        migrations.AddIndex(
            model_name="approvalrequest",
            index=models.Index(
                fields=["asked_at"],
                name="request_sent_back",
                condition=Q(voided_at=None) & (Q(returned_at__isnull=False) | Q(refused_at__isnull=False)),
            ),
        ),
    ]
