"""A by-hand channel says on which network its person posts."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("networks", "0002_rightings")]

    operations = [
        migrations.AddField(
            "channel", "posted_on", models.CharField(blank=True, max_length=20, verbose_name="where a person posts")
        )
    ]
