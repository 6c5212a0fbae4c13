"""Destroy files after the rows that named them."""

from django.apps import apps
from django.db.models import FileField

from privacy.outbox.jobs import PATIENTLY, app


@app.task(queue="upkeep", retry=PATIENTLY)
def destroy_file(table: str, column: str, file: str) -> None:
    """Delete one file; a file that is gone already is passed over.

    Queued in the transaction that clears the row: no file goes for what did not happen, and none
    stays behind when the shop is stopped in between.
    """
    field = apps.get_model(table)._meta.get_field(column)
    if isinstance(field, FileField):
        field.storage.delete(file)
