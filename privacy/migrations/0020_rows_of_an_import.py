"""Rows of a file are called so in every table of files."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("privacy", "0019_consents"),
    ]

    operations = [
        migrations.RenameField(model_name="intake", old_name="lines_done", new_name="rows_done"),
        migrations.RenameField(model_name="intake", old_name="lines_total", new_name="rows_total"),
        migrations.AlterField(
            model_name="intake",
            name="started_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="by",
            ),
        ),
    ]
