"""The statement that the controller gave, byte for byte, with its translations."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path

from django.db import migrations

TEXTS = Path(__file__).resolve().parent.parent / "editions" / "1"


def put_in_force(apps, schema_editor):
    texts = {path.stem: path.read_bytes() for path in TEXTS.glob("*.txt")}
    apps.get_model("privacy", "Edition").objects.create(
        number=1,
        sha256=hashlib.sha256(texts["fi"]).hexdigest(),
        valid_from=datetime(2026, 1, 1, tzinfo=UTC),
        approved_by="Soluto Oy",
        **{f"text_{language}": text.decode() for language, text in texts.items()},
    )


class Migration(migrations.Migration):
    dependencies = [("privacy", "0003_edition")]

    operations = [migrations.RunPython(put_in_force, migrations.RunPython.noop, elidable=False)]
