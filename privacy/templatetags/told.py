"""What templates say about personal data."""

from typing import Any

from django import template
from django.conf import settings
from django.forms import BaseForm

from privacy.telling.notice import notice_for

register = template.Library()


@register.inclusion_tag("privacy/notice.html")
def told_beside(form: BaseForm) -> dict[str, Any]:
    """Tell, beside a form, what becomes of what is typed into it."""
    return {"notice": notice_for(form), "controller": settings.CONTROLLER}
