from datetime import UTC, datetime
from pathlib import Path

from django.db import migrations

EDITION = 1
LANGUAGES = ("fi", "sv", "en")
TEXTS = Path(__file__).parent.parent / "sales" / "terms" / str(EDITION)


def publish(apps, schema_editor):
    """Put the first edition of the terms of sale in force."""
    terms = apps.get_model("orders", "Terms")
    for language in LANGUAGES:
        terms.objects.create(
            edition=EDITION,
            language=language,
            text=(TEXTS / f"{language}.txt").read_text(encoding="utf-8"),
            valid_from=datetime(2026, 1, 1, tzinfo=UTC),
        )


class Migration(migrations.Migration):
    dependencies = [("orders", "0008_catalogue_lists")]
    operations = [migrations.RunPython(publish, migrations.RunPython.noop)]
