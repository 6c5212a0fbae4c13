from datetime import timedelta

from django.db import migrations
from django.db.backends.postgresql.psycopg_any import DateRange

from orders.catalogue.vat_rates import DATED_RATES, TAX_CLASSES


def fill(apps, schema_editor):
    """Write the Finnish rates and their history."""
    vat_class = apps.get_model("orders", "VatClass")
    vat_class.objects.bulk_create(
        vat_class(
            code=kind.code,
            name_fi=kind.name_fi,
            name_sv=kind.name_sv,
            name_en=kind.name_en,
            position=position,
        )
        for position, kind in enumerate(TAX_CLASSES)
    )
    vat_rate = apps.get_model("orders", "VatRate")
    vat_rate.objects.bulk_create(
        vat_rate(
            vat_class_id=rate.tax_class,
            country="FI",
            rate=rate.rate,
            valid=DateRange(
                rate.valid_from, rate.valid_to and rate.valid_to + timedelta(days=1), "[)"
            ),
        )
        for rate in DATED_RATES
    )


class Migration(migrations.Migration):
    dependencies = [("orders", "0003_first_rows")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
