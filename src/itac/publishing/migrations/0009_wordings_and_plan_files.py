"""What posts say on channels, as digests; and uploaded plans, kept until their posts are made."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("networks", "0002_rightings"),
        ("publishing", "0008_comments"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Wording",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.CharField(max_length=32)),
                (
                    "channel",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="networks.channel"
                    ),
                ),
                (
                    "post",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="wordings", to="publishing.post"
                    ),
                ),
            ],
            options={
                "verbose_name": "wording",
                "verbose_name_plural": "wordings",
                "indexes": [models.Index(fields=["digest", "channel"], name="wording_found")],
                "constraints": [
                    models.UniqueConstraint(fields=("post", "channel", "digest"), name="wording_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="PlanFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=200)),
                ("cells", models.JSONField(default=list)),
                ("zone", models.CharField(max_length=60)),
                ("is_guessed", models.BooleanField(default=False)),
                ("made_at", models.DateTimeField(db_index=True)),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "plan in a spreadsheet",
                "verbose_name_plural": "plans in spreadsheets",
            },
        ),
    ]
