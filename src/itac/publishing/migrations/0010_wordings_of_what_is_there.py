"""The digests of what is submitted already, 1,000 variants at a time; may be broken off and begun again."""

import hashlib
import unicodedata

import regex
from django.db import migrations

BATCH = 1000
# As `repeating.digest_of` stood when this was written.
BETWEEN = regex.compile(r"[^\p{L}\p{M}\p{N}]+")


def digest_of(text):
    plain = unicodedata.normalize("NFKC", text).casefold()
    words = BETWEEN.sub(" ", plain).strip() or " ".join(plain.split())
    return hashlib.sha256(words.encode()).hexdigest()[:32] if words else ""


def fill(apps, schema_editor):
    Variant, Wording = apps.get_model("publishing", "Variant"), apps.get_model("publishing", "Wording")
    last = 0
    while True:
        variants = list(
            Variant.objects.filter(pk__gt=last, taken_out_at=None, post__submitted_at__isnull=False)
            .select_related("post")
            .order_by("pk")[:BATCH]
        )
        if not variants:
            return
        last = variants[-1].pk
        rows = []
        for variant in variants:
            texts = variant.post.text
            # Migrations know the column as our field, or as plain JSON.
            texts = getattr(texts, "texts", None) or (texts.get("texts", {}) if isinstance(texts, dict) else {})
            if digest := digest_of(variant.text or texts.get(variant.language, "")):
                rows.append(Wording(post_id=variant.post_id, channel_id=variant.channel_id, digest=digest))
        Wording.objects.bulk_create(rows, ignore_conflicts=True)


def back(apps, schema_editor):
    apps.get_model("publishing", "Wording").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("publishing", "0009_wordings_and_plan_files")]

    operations = [migrations.RunPython(fill, back)]
