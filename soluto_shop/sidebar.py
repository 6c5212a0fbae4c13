"""The tables beside each page of the staff's: what is the same for everybody is made once.

Of who may do what nothing is kept. Names and addresses are kept by the language and the address map
that they belong to, and each drawn group by all that stands in it, so that nothing can grow old.
"""

from functools import cache, lru_cache
from typing import Any
from urllib.parse import quote

from django.apps import apps
from django.conf import settings
from django.db.models import Model
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, get_script_prefix, get_urlconf, reverse
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import get_language

Place = tuple[str | None, ...]
"""Which words and addresses are meant: a language, an address map, and where it begins."""

Row = tuple[str, str, str | None, str | None]
Group = tuple[str, str, str, tuple[Row, ...]]

_BETWEEN = "\n  \n    "
"""What stands between two groups where Django draws them all at once."""


def place_now() -> Place:
    """Tell which words and addresses are meant now; asked once for all tables of a page."""
    return get_language(), get_urlconf() or settings.ROOT_URLCONF, get_script_prefix()


def app_of(place: Place, site: str, label: str) -> dict[str, Any]:
    """Describe an app as Django's start page does, without any table yet."""
    name, address = _app(place, site, label)
    return {
        "name": name,
        "app_label": label,
        "app_url": address,
        "has_module_perms": True,
        "models": [],
    }


def table_of(
    place: Place, site: str, model: type[Model], powers: dict[str, bool]
) -> dict[str, Any]:
    """Describe a table as Django's start page does, for somebody who may do this with it."""
    name, listed_at, added_at = _table(place, site, model)
    may_look = powers["change"] or powers["view"]
    return {
        "model": model,
        "name": name,
        "object_name": model._meta.object_name,
        "perms": powers,
        "admin_url": listed_at if may_look else None,
        "add_url": added_at if powers["add"] else None,
        **({"view_only": not powers["change"]} if may_look else {}),
    }


def sidebar(request: HttpRequest, groups: list[dict[str, Any]]) -> SafeString:
    """Draw the list of tables, with the one marked on whose pages the reader is."""
    drawn = tuple(
        (str(group["app_label"]), str(group["name"]), str(group["app_url"]), _rows(group))
        for group in groups
    )
    path = quote(request.path)
    links = [link for group in drawn for link in _links(group)]
    here = max((link for link in links if link in path), key=len, default="")
    language = get_language()
    parts = [_draw(language, (group,), _mark(group, here)) for group in drawn]
    begins, _listed, ends = parts[0] if parts else _draw(language, (), here)
    return SafeString(begins + _BETWEEN.join(listed for _begins, listed, _ends in parts) + ends)


def _links(group: Group) -> list[str]:
    _label, _name, address, rows = group
    return [link for link in (address, *(row[2] for row in rows)) if link]


def _mark(group: Group, here: str) -> str:
    """Give the page at hand to the group that it marks; the others look the same on every page."""
    return here if any(link in here for link in _links(group)) else ""


def _rows(group: dict[str, Any]) -> tuple[Row, ...]:
    return tuple(
        (table["object_name"], str(table["name"]), table["admin_url"], table["add_url"])
        for table in group["models"]
    )


@lru_cache(maxsize=1024)
def _draw(_language: str | None, groups: tuple[Group, ...], here: str) -> tuple[str, str, str]:
    """Draw the list as if these were its groups: what stands before them, they, what follows."""
    listed = [
        {
            "app_label": label,
            "name": name,
            "app_url": address,
            "models": [
                dict(zip(("object_name", "name", "admin_url", "add_url"), row, strict=True))
                for row in rows
            ],
        }
        for label, name, address, rows in groups
    ]
    said = {"available_apps": listed, "request": {"path": here}}
    whole = render_to_string("admin/nav_sidebar.html", said)
    begins, opened, rest = whole.partition("<div")
    middle, closed, ends = rest.rpartition("</div>")
    return begins, opened + middle + closed, ends


@cache
def _app(_place: Place, site: str, label: str) -> tuple[str, str]:
    address = reverse("admin:app_list", kwargs={"app_label": label}, current_app=site)
    return str(apps.get_app_config(label).verbose_name), address


@cache
def _table(_place: Place, site: str, model: type[Model]) -> tuple[str, str | None, str | None]:
    meta = model._meta
    page = f"admin:{meta.app_label}_{meta.model_name}"
    name = str(capfirst(meta.verbose_name_plural))
    return name, _address(f"{page}_changelist", site), _address(f"{page}_add", site)


def _address(name: str, site: str) -> str | None:
    try:
        return reverse(name, current_app=site)
    except NoReverseMatch:
        return None
