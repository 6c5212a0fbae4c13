from django.db import migrations


class Migration(migrations.Migration):
    """What the processes share for a while. Unlogged: after a crash it may begin empty."""

    dependencies = [("customers", "0001_initial")]
    operations = [
        migrations.RunSQL(
            sql="""
            CREATE UNLOGGED TABLE soluto_cache (
                cache_key varchar(255) PRIMARY KEY,
                value text NOT NULL,
                expires timestamp with time zone NOT NULL
            );
            CREATE INDEX soluto_cache_expires ON soluto_cache (expires);
            """,
            reverse_sql="DROP TABLE soluto_cache;",
        )
    ]
