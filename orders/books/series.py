"""Numbers without gaps."""

from orders.books.models import Series

ENTRIES = "entries"


def hold(name: str) -> None:
    """Hold a series until the end of the transaction, before another one is taken.

    Whoever takes numbers of several series holds that of the entries first, as whoever counts a
    payment does; otherwise two who take them crosswise would wait for each other.
    """
    Series.objects.get_or_create(name=name)
    list(Series.objects.select_for_update().filter(name=name))


def next_number(name: str) -> int:
    """Take the next number of a series, for this transaction: a rollback gives it back.

    Whoever else wants one waits until the end of the transaction, so take it as late as you can.
    """
    series, _new = Series.objects.get_or_create(name=name)
    series = Series.objects.select_for_update().get(pk=series.pk)
    series.last += 1
    series.save(update_fields=["last"])
    return series.last
