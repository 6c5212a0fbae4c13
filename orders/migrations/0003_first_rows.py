from decimal import Decimal

from django.db import migrations


def fill(apps, schema_editor):
    """Give an empty shop its version row and two ways of delivery that a merchant can change."""
    apps.get_model("orders", "CatalogueVersion").objects.create(pk=1, number=1)
    method = apps.get_model("orders", "DeliveryMethod")
    method.objects.create(
        code="parcel",
        kind="parcel",
        name_fi="Paketti kotiosoitteeseen",
        name_sv="Paket till hemadressen",
        name_en="Parcel to your address",
        text_fi="Perillä 2–4 arkipäivässä",
        text_sv="Framme inom 2–4 vardagar",
        text_en="Delivered in 2–4 working days",
        price=Decimal("5.90"),
        free_from=Decimal(80),
        heaviest_g=30_000,
        position=1,
    )
    method.objects.create(
        code="pickup",
        kind="pickup",
        name_fi="Nouto myymälästä",
        name_sv="Avhämtning i butiken",
        name_en="Pick-up from our shop",
        text_fi="Noudettavissa yleensä seuraavana arkipäivänä",
        text_sv="Kan oftast hämtas följande vardag",
        text_en="Usually ready on the next working day",
        price=0,
        to_aland=True,
        position=2,
    )


class Migration(migrations.Migration):
    dependencies = [("orders", "0002_initial")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
