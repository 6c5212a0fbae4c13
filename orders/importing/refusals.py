"""What the database says when it refuses a row, in the words of the rule that was broken."""

from django.apps import apps
from django.db import Error
from django.db.models import BaseConstraint


def refusal_in_words(refusal: Error) -> str:
    """Give the words of the broken constraint, or its name where it has none."""
    diagnosis = getattr(refusal.__cause__, "diag", None)
    name = getattr(diagnosis, "constraint_name", None) or ""
    words = _words().get(name)
    return str(words) if words else name or str(refusal).partition("\n")[0]


def _words() -> dict[str, object]:
    """Collect what the constraints of orders say when they are broken."""
    return {
        constraint.name: constraint.violation_error_message
        for model in apps.get_app_config("orders").get_models()
        for constraint in model._meta.constraints
        if constraint.violation_error_message != BaseConstraint.default_violation_error_message
    }
