"""From which computer somebody asks, as far as it can be told, and what counts as one."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest

NOWHERE = "0.0.0.0"  # noqa: S104 (stands for an address that is not known)


def client_address(request: HttpRequest) -> str | None:
    """Give the visitor's address: the last hop that the shop's own proxies vouch for.

    Each trusted proxy appends the address it was called from, so with n of them the n-th entry
    from the right is the visitor's; anything further left was written by the visitor.
    """
    address = request.META.get("REMOTE_ADDR", "")
    if settings.TRUSTED_PROXIES:
        hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",")]
        if len(hops) >= settings.TRUSTED_PROXIES:
            address = hops[-settings.TRUSTED_PROXIES]
    return _bare(address)


def _bare(address: str) -> str | None:
    """Take off what is written around an address: brackets, a port, a zone, an IPv6 disguise."""
    if address.startswith("["):
        address = address[1:].partition("]")[0]
    elif address.count(":") == 1:
        address = address.partition(":")[0]
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return None
    return str(getattr(parsed, "ipv4_mapped", None) or parsed)


def neighbourhood(address: str) -> str:
    """Give what counts as one address: an IPv4 address, or the /64 that one IPv6 line has."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return NOWHERE  # whoever cannot be told apart is counted together
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.IPv6Network((int(parsed), 64), strict=False).network_address)


def network_words(address: str) -> str:
    """Say from which network an address is, and no more: 192.0.2.*, or 2001:db8:1:*."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if isinstance(parsed, ipaddress.IPv4Address):
        return address.rpartition(".")[0] + ".*"
    begin = parsed.exploded.split(":")[:3]
    return ":".join(part.lstrip("0") or "0" for part in begin) + ":*"
