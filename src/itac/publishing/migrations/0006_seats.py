"""Pages that save know themselves again, and people at one post see each other."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("publishing", "0005_moves_by_people"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField("workingcopy", "seat", models.CharField(blank=True, max_length=36)),
        migrations.AddField("workingcopy", "turn", models.PositiveIntegerField(default=0)),
        migrations.AddField("workingcopy", "begun_in", models.CharField(blank=True, max_length=36)),
        migrations.AddConstraint(
            "workingcopy",
            models.UniqueConstraint(
                condition=models.Q(("begun_in", ""), _negated=True), fields=("begun_in",), name="begun_once_a_seat"
            ),
        ),
        migrations.CreateModel(
            name="Writer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("seat", models.CharField(max_length=36)),
                ("seen_at", models.DateTimeField(db_index=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "post",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="writers", to="publishing.post"
                    ),
                ),
            ],
            options={
                "verbose_name": "somebody who writes",
                "verbose_name_plural": "people who write",
                "ordering": ["pk"],
            },
        ),
        migrations.AddConstraint("writer", models.UniqueConstraint(fields=("post", "seat"), name="writer_once_a_seat")),
    ]
