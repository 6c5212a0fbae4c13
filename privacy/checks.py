"""The shop does not start while it holds a column that nobody has spoken for."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, register
from django.db import models

from privacy.registry import Declaration, concrete_fields, held_models, registry


@register
def every_column_is_declared(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """Find columns that no `personal_data.py` names, and names that are no columns."""
    found: list[CheckMessage] = []
    for model in held_models():
        found.extend(_undeclared(model, registry.get(model)))
    return found


def _undeclared(
    model: type[models.Model], declaration: Declaration | None
) -> Iterator[CheckMessage]:
    columns = set(concrete_fields(model))
    known = declaration.known if declaration else frozenset()
    for name in sorted(columns - known):
        yield Error(
            f"{model._meta.label}.{name} is not declared: is it personal data?",
            hint=f"Say so in the personal_data.py that speaks for {model._meta.app_label}.",
            obj=model,
            id="privacy.E001",
        )
    for name in sorted(known - columns):
        yield Error(
            f"{model._meta.label}.{name} is declared, but there is no such column.",
            obj=model,
            id="privacy.E002",
        )


@register
def every_declaration_is_whole(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """Find personal columns without a purpose, without a person, or declared both ways."""
    found: list[CheckMessage] = []
    for declaration in registry.values():
        found.extend(_halves(declaration))
    return found


def _halves(declaration: Declaration) -> Iterator[CheckMessage]:
    label = declaration.model._meta.label
    for name, datum in declaration.data.items():
        if not datum.purposes:
            yield Error(f"{label}.{name} has no purpose.", id="privacy.E003")
        if name in declaration.impersonal:
            yield Error(f"{label}.{name} is declared both ways.", id="privacy.E004")
        if datum.keep.ground and not datum.keep.because:
            yield Error(f"{label}.{name} is held, but not said why.", id="privacy.E005")
    if declaration.data and not declaration.person:
        yield Error(f"{label} holds personal data, but of whom?", id="privacy.E006")
