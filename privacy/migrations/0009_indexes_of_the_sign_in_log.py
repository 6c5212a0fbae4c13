from django.db import migrations

WHOLE = (
    "ip_address > host(network(set_masklen(ip_address, "
    "CASE family(ip_address) WHEN 4 THEN 24 ELSE 48 END)))::inet"
)
TABLES = {"sign_ins": "axes_accesslog", "failed_sign_ins": "axes_accessfailurelog"}


class Migration(migrations.Migration):
    """Let the sweep find the addresses to shorten without reading the whole log."""

    dependencies = [
        ("axes", "0010_accessattemptexpiration"),
        ('privacy', '0008_requests'),
    ]

    operations = [
        migrations.RunSQL(
            f"CREATE INDEX {name}_with_whole_address ON {table} (attempt_time) WHERE {WHOLE}",
            f"DROP INDEX {name}_with_whole_address",
        )
        for name, table in TABLES.items()
    ]
