"""Numbers without gaps."""

from orders.books.models import Series

ENTRIES = "entries"


def next_number(name: str) -> int:
    """Take the next number of a series, for this transaction: a rollback gives it back.

    Whoever else wants one waits until the end of the transaction, so take it as late as you can.
    """
    series, _new = Series.objects.get_or_create(name=name)
    series = Series.objects.select_for_update().get(pk=series.pk)
    series.last += 1
    series.save(update_fields=["last"])
    return series.last
