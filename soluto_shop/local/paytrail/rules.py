"""What the payment service wants of a question, as its own documentation says."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

LARGEST_AMOUNT = 99_999_998
LANGUAGES = ("FI", "SV", "EN")
LONGEST = {"stamp": 200, "reference": 200}
LONGEST_ADDRESS = 300
LONGEST_EMAIL = 200
WHOLE = 100
"""Per cent."""
_HERE = ("localhost", "127.0.0.1")


def faults_of_payment(said: object) -> list[str]:
    """List what is wrong with the body of a new payment."""
    if not isinstance(said, dict):
        return ["body"]
    faults = [name for name, most in LONGEST.items() if not _is_text(said.get(name), most)]
    amount = said.get("amount")
    if not isinstance(amount, int) or not _is_whole(amount) or not 0 < amount <= LARGEST_AMOUNT:
        faults.append("amount")
    if said.get("currency") != "EUR":
        faults.append("currency")
    if said.get("language") not in LANGUAGES:
        faults.append("language")
    customer = said.get("customer")
    email = customer.get("email") if isinstance(customer, dict) else None
    if not _is_text(email, LONGEST_EMAIL) or "@" not in str(email):
        faults.append("customer.email")
    faults += _faults_of_addresses(said, "redirectUrls")
    if "callbackUrls" in said:
        faults += _faults_of_addresses(said, "callbackUrls")
    return faults + _faults_of_items(said.get("items"), amount)


def faults_of_refund(said: object) -> list[str]:
    """List what is wrong with the body of a refund."""
    if not isinstance(said, dict):
        return ["body"]
    faults = _faults_of_addresses(said, "callbackUrls")
    if not _is_whole(said.get("amount")) or said["amount"] <= 0:
        faults.append("amount")
    return faults


def _faults_of_items(items: object, amount: object) -> list[str]:
    if items is None:
        return []
    if not isinstance(items, list) or not all(_is_item(item) for item in items):
        return ["items"]
    total = sum(item["unitPrice"] * item["units"] for item in items)
    return [] if total == amount else ["items.sum"]


def _is_item(item: object) -> bool:
    if not isinstance(item, dict):
        return False
    rate = item.get("vatPercentage")
    is_rate = isinstance(rate, int | float) and 0 <= rate <= WHOLE and round(rate, 1) == rate
    is_counted = _is_whole(item.get("unitPrice")) and _is_whole(item.get("units"))
    return is_rate and is_counted and _is_text(item.get("productCode"), 100)


def _faults_of_addresses(said: Mapping[str, Any], name: str) -> list[str]:
    pair = said.get(name)
    if not isinstance(pair, dict):
        return [name]
    return [f"{name}.{end}" for end in ("success", "cancel") if not _is_address(pair.get(end))]


def _is_address(value: object) -> bool:
    """Ask for HTTPS as the service does, but let this machine be called as it is."""
    if not _is_text(value, LONGEST_ADDRESS):
        return False
    parts = urlsplit(str(value))
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _HERE)


def _is_text(value: object, most: int) -> bool:
    return isinstance(value, str) and 0 < len(value) <= most


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
