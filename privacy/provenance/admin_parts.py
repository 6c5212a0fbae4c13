"""What a staff page needs that changes data about somebody."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from privacy.provenance.forms import SAID, WhenceForm, personal_changes
from privacy.provenance.operations import note_provenance
from privacy.registry import registry


class AsksWhence(admin.ModelAdmin[Any]):
    """Ask in the same form who gave what is changed, and note it in the same transaction.

    The form is a WhenceForm, and the formset of each inline with personal data a WhenceFormSet.
    """

    form = WhenceForm

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        shown = list(super().get_fieldsets(request, obj))
        may = self.has_change_permission(request, obj) if obj else self.has_add_permission(request)
        return [*shown, (_("Where this comes from"), {"fields": SAID})] if may else shown

    def save_related(
        self,
        request: HttpRequest,
        form: Any,
        formsets: Any,
        change: bool,  # noqa: FBT001 (Django's signature)
    ) -> None:
        """Save the rows beneath as well, and note of all where they came from."""
        super().save_related(request, form, formsets, change)
        rows = {form.instance: personal_changes(form, type(form.instance))}
        for formset in formsets:
            rows |= {row: _all_provided(row) for row in formset.new_objects}
            rows |= {
                row: [name for name in names if name in registry[type(row)].data]
                for row, names in formset.changed_objects
            }
        changed = {row: names for row, names in rows.items() if names}
        if changed:
            writer = request.user if isinstance(request.user, AbstractBaseUser) else None
            note_provenance(rows=changed, at=timezone.now(), by=writer, **form.whence)


def _all_provided(row: Any) -> list[str]:
    return [name for name, datum in registry[type(row)].data.items() if datum.provided]
