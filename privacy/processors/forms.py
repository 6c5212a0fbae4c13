"""A company as the contact person enters it."""

import re
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from privacy.admin_parts import LinesField
from privacy.hosts import is_own_machine, normal_host
from privacy.processors.models import Processor
from privacy.registry import Line, Role, passed_to
from privacy.ways import lines_of

if TYPE_CHECKING:
    _ProcessorForm = forms.ModelForm[Processor]
else:
    _ProcessorForm = forms.ModelForm

HOST = re.compile(r"(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}")


class HostsField(forms.CharField):
    """Names of hosts, one a line."""

    widget = forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        return list(dict.fromkeys(normal_host(each) for each in str(value or "").split()))

    def validate(self, value: Any) -> None:
        for host in value:
            if is_own_machine(host):
                raise ValidationError(
                    _("%(host)s is this machine; what stays here is passed on to nobody."),
                    params={"host": host},
                )
            if not HOST.fullmatch(host):
                raise ValidationError(
                    _("%(host)s is no name of a host: no https://, no port, no path."),
                    params={"host": host},
                )

    def run_validators(self, value: Any) -> None:
        """Leave aside what Django would ask of a text."""


class ProcessorForm(_ProcessorForm):
    """Who it is, what it receives, under what agreement, and how it is told to forget.

    It receives no line that the declarations do not pass to its role. One that is to be called
    receives all that the way to it may carry, so that nothing gets stuck halfway.
    """

    lines = LinesField(
        label=capfirst(gettext_lazy("what it receives")),
        help_text=gettext_lazy("Lines of section 5 of the statement."),
    )
    hosts = HostsField(
        label=capfirst(gettext_lazy("hosts")),
        required=False,
        help_text=Processor._meta.get_field("hosts").help_text,
    )

    class Meta:
        model = Processor
        fields = [
            "name",
            "role",
            "country",
            "purpose",
            "lines",
            "hosts",
            "agreed_date",
            "agreement",
            "erasure_email",
            "erasure_how",
            "begins_date",
            "ends_date",
        ]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        role, lines = said.get("role"), said.get("lines")
        if role and lines:
            self._hold_against_declarations(Role(role), set(lines))
        return said

    def _hold_against_declarations(self, role: Role, lines: set[str]) -> None:
        allowed, carried = passed_to(role), lines_of(role)
        if extra := _labels(lines - allowed):
            self.add_error(
                "lines",
                ValidationError(
                    _("The shop passes this to nobody of that role: %(lines)s."),
                    params={"lines": extra},
                ),
            )
        is_called = bool(self.cleaned_data.get("begins_date"))
        if is_called and (missing := _labels(carried - lines)):
            self.add_error(
                "lines",
                ValidationError(
                    _("What is sent to it holds this as well: %(lines)s."),
                    params={"lines": missing},
                ),
            )


def _labels(lines: set[Any]) -> str:
    return ", ".join(str(line.label) for line in Line if line in lines)
