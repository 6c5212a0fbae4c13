"""How companies are entered that receive data: three examples, never in force, of no real firm."""

from django.db import migrations

EXAMPLES = [
    {
        "name": "Esimerkkiposti Oy (esimerkki)",
        "role": "mail",
        "purpose": "Välittää kaupan sähköpostiviestit.",
        "lines": [
            "company_name",
            "company_address",
            "name",
            "address",
            "email",
            "orders",
            "payment",
        ],
        "hosts": ["mail.example"],
        "erasure_how": "Lokit tuhoutuvat itsestään 14 päivässä.",
    },
    {
        "name": "Esimerkkikuljetus Oy (esimerkki)",
        "role": "carrier",
        "purpose": "Kuljettaa lähetykset asiakkaille.",
        "lines": ["name", "address", "company_address", "phone"],
        "hosts": ["api.carrier.example"],
        "erasure_email": "tietosuoja@carrier.example",
        "erasure_how": "Lähetystunnus riittää.",
    },
    {
        "name": "Esimerkkimaksut Oy (esimerkki)",
        "role": "payment",
        "purpose": "Ottaa vastaan verkkomaksut.",
        "lines": ["orders", "payment"],
        "hosts": ["api.payment.example"],
        "erasure_email": "tietosuoja@payment.example",
    },
]


def show_how(apps, schema_editor):
    processors = apps.get_model("privacy", "Processor")
    for example in EXAMPLES:
        processors.objects.create(country="FI", is_example=True, **example)


class Migration(migrations.Migration):
    dependencies = [('privacy', '0010_processors_and_disclosures')]

    operations = [migrations.RunPython(show_how, migrations.RunPython.noop, elidable=False)]
