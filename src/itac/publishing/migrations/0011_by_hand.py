"""A by-hand delivery can be passed on, and shown by a screenshot."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

PERSON = settings.AUTH_USER_MODEL


class Migration(migrations.Migration):
    dependencies = [
        ("publishing", "0010_wordings_of_what_is_there"),
        migrations.swappable_dependency(PERSON),
    ]

    operations = [
        migrations.AddField(
            "delivery",
            "hand",
            models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=PERSON
            ),
        ),
        migrations.AddField("delivery", "handed_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField(
            "deliverymove",
            "whom",
            models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=PERSON
            ),
        ),
        migrations.CreateModel(
            "Proof",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("file", models.FileField(upload_to="proofs/")),
                ("mime", models.CharField(max_length=40)),
                ("given_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField(db_index=True, verbose_name="kept until")),
                (
                    "delivery",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="proof", to="publishing.delivery"
                    ),
                ),
                (
                    "given_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=PERSON
                    ),
                ),
            ],
            options={
                "verbose_name": "screenshot of a delivery",
                "verbose_name_plural": "screenshots of deliveries",
            },
        ),
    ]
