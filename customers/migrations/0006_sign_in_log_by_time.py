from django.db import migrations

INDEXES = {
    "sign_in_attempts_by_time": "axes_accessattempt (attempt_time)",
    "sign_in_failures_by_time": "axes_accessfailurelog (attempt_time)",
    "sign_ins_by_time": "axes_accesslog (attempt_time)",
    "sign_ins_by_session": "axes_accesslog (session_hash)",
    "sign_ins_that_last": "axes_accesslog (attempt_time) WHERE logout_time IS NULL",
}


class Migration(migrations.Migration):
    """What is asked of the log at each sign-in and each night is found without reading it whole."""

    dependencies = [
        ("customers", "0005_arrival"),
        ("axes", "0010_accessattemptexpiration"),
    ]

    operations = [
        migrations.RunSQL(f"CREATE INDEX {name} ON {what}", f"DROP INDEX {name}")
        for name, what in INDEXES.items()
    ]
