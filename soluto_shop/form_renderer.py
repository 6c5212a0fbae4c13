"""How forms are drawn."""

from typing import Any

from django.forms.renderers import TemplatesSetting
from django.http import HttpRequest

ERRORS = "django/forms/errors/"


class FormRenderer(TemplatesSetting):
    """Django's, with the shop's templates; where nothing is wrong it draws no list of that.

    Each field of a form asks for its list of errors, most often more than once, and an empty one
    has always been drawn as nothing: that was more than half of all that was drawn of a form.
    """

    def render(
        self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None
    ) -> str:
        if template_name.startswith(ERRORS) and not context["errors"]:
            return ""
        return super().render(template_name, context, request)
