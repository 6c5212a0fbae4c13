"""Ending what letters are sent for, by a mail program's own button (RFC 8058)."""

from django.http import HttpRequest

_SAID, _MEANT = "List-Unsubscribe", "One-Click"


def way_out(address: str) -> dict[str, str]:
    """Give the heads of a letter that offer the button; none where no consent is ended by it."""
    if not address:
        return {}
    return {_SAID: f"<{address}>", f"{_SAID}-Post": f"{_SAID}={_MEANT}"}


def is_one_click(request: HttpRequest) -> bool:
    """Tell whether a mail program says that its button was pressed."""
    return request.POST.get(_SAID) == _MEANT
