"""Hosts: how their names are written, and which of them is this machine."""

import socket
from ipaddress import ip_address


def normal_host(host: str) -> str:
    """Write a host's name in the one form in which it is compared."""
    return host.strip().rstrip(".").strip("[]").lower()


def is_own_machine(host: str) -> bool:
    """Tell whether a host is this machine, which is no outsider."""
    if host in ("localhost", "", normal_host(socket.gethostname())):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
