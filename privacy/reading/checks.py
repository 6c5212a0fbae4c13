"""The shop does not start with a staff page that shows people and forgets to say so."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import AppConfig
from django.contrib.admin import AdminSite, ModelAdmin
from django.contrib.admin.sites import all_sites
from django.core.checks import CheckMessage, Error, register

from privacy.reading.logged import ReadLogged, ReadLoggedSite
from privacy.reading.numbers import declaration_of_people


@register
def every_look_is_logged(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """Find staff pages over people's rows, or with such rows beneath, that write nothing down."""
    return [fault for site in all_sites for fault in faults_of(site)]


def faults_of(site: AdminSite) -> Iterator[CheckMessage]:
    """Name the pages of a site that show people without the log."""
    for page in vars(site)["_registry"].values():
        if not shows_people(page):
            continue
        if not isinstance(page, ReadLogged):
            yield Error(
                f"{type(page).__name__} shows people, and nobody would know who looked.",
                hint="Let it be ReadLogged (privacy/reading/logged.py), before ModelAdmin.",
                id="privacy.E041",
            )
        if not isinstance(site, ReadLoggedSite):
            yield Error(
                f"{type(page).__name__} stands on a site that logs no looks.", id="privacy.E042"
            )


def shows_people(page: ModelAdmin[Any]) -> bool:
    """Tell whether a page's rows, or those beneath them, are somebody's."""
    tables = [page.model, *(beneath.model for beneath in page.inlines)]
    return any(declaration_of_people(table) for table in tables)
