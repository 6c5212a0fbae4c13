"""What the database says when it refuses a row, in the words of the rule that was broken."""

from django.apps import apps
from django.db import Error
from django.db.models import BaseConstraint


def broken_rule(refusal: Error, *, quoting: bool = True) -> str:
    """Name the constraint that was broken, or give the database's own words.

    :param quoting: the words may hold what stood in the row; else only the kind of refusal is said.
    """
    diagnosis = getattr(refusal.__cause__, "diag", None)
    name = getattr(diagnosis, "constraint_name", None)
    if name:
        return str(name)
    return str(refusal).partition("\n")[0] if quoting else type(refusal).__name__


def in_words(rule: str) -> str:
    """Say in the reader's language what a constraint says when it is broken."""
    return str(_words().get(rule, rule))


def _words() -> dict[str, object]:
    """Collect what constraints say when they are broken."""
    return {
        constraint.name: constraint.violation_error_message
        for model in apps.get_models()
        for constraint in model._meta.constraints
        if constraint.violation_error_message != BaseConstraint.default_violation_error_message
    }
