"""Addresses as they stand in letters, which know no request."""

from django.conf import settings


def absolute(path: str) -> str:
    """Give the whole address of one of the shop's pages."""
    scheme = "https" if settings.HTTPS_ONLY else "http"
    return f"{settings.SITE_ADDRESS or f'{scheme}://{settings.ALLOWED_HOSTS[0]}'}{path}"
