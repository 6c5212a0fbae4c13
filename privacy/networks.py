"""What stays of an IP address when nobody needs the whole of it any more: its network."""

from django.db.models import F, Func, GenericIPAddressField, Q
from django.db.models.lookups import GreaterThan


class Network(Func):
    """The /24 of an IPv4 address, the /48 of an IPv6 address; itself written as an address."""

    template = (
        "host(network(set_masklen(%(expressions)s, "
        "CASE family(%(expressions)s) WHEN 4 THEN 24 ELSE 48 END)))::inet"
    )
    output_field = GenericIPAddressField()


def is_whole(column: str) -> Q:
    """Give the rows that hold more than the network; an address is never less than its network.

    The partial indexes on the sign-in log are made for these words.
    """
    return Q(GreaterThan(F(column), Network(column)))
