"""Two at the same page of the staff's: the second to save is told what the first has changed.

The page carries along what it was made from, as short hashes. Where the rows say something else
when it is sent back, nothing is saved, and the page comes again with all that was typed; sent once
more, it holds, knowingly.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from typing import Any, cast

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import FileField, ManyToManyField, Model
from django.forms import ModelForm, model_to_dict
from django.http import HttpRequest, HttpResponse
from django.utils.text import Truncator
from django.utils.translation import gettext as _

SEEN = "_seen"
"""The hidden field of the page."""

Hashes = dict[str, str]


class NothingOverwritten(admin.ModelAdmin[Any]):
    """Refuse a page that was made from rows which have changed since."""

    def get_form(
        self,
        request: HttpRequest,
        obj: Any = None,
        change: bool = False,  # noqa: FBT001, FBT002 (Django's signature)
        **kwargs: Any,
    ) -> type[ModelForm[Any]]:
        """Let the form be refused; the row is held until the page is saved."""
        form: Any = super().get_form(request, obj, change, **kwargs)
        if obj is None or SEEN not in request.POST:
            return cast("type[ModelForm[Any]]", form)

        def clean(filled: Any) -> Any:
            cleaned = form.clean(filled)
            self._require_unchanged(request, obj)
            return cleaned

        return type(form.__name__, (form,), {"clean": clean})

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **facts: Any
    ) -> HttpResponse:
        """Lay into the page what it is made from."""
        row = facts.get("obj")
        if row is not None and self.has_change_permission(request, row):
            # A form that was refused has written what was typed into its row.
            kept = type(row)._base_manager.filter(pk=row.pk).first() or row
            context["seen"] = json.dumps(self._hashes(request, kept))
        return super().render_change_form(request, context, *args, **facts)

    def _require_unchanged(self, request: HttpRequest, row: Model) -> None:
        manager = type(row)._base_manager
        now = manager.select_for_update(of=("self",)).filter(pk=row.pk).first()
        if now is None:
            raise ValidationError(_("Somebody has deleted this while you had it open."))
        seen, hashes = _read(request.POST[SEEN]), self._hashes(request, now)
        changed = [key for key in {**seen, **hashes} if seen.get(key) != hashes.get(key)]
        if changed:
            told = "; ".join(dict.fromkeys(self._told(request, now, changed)))
            raise ValidationError(
                _(
                    "Somebody has changed this since you opened it: %(changes)s. Nothing is saved "
                    "yet. Compare, and save once more if yours is to hold."
                ),
                params={"changes": told},
                code="overwriting",
            )

    def _hashes(self, request: HttpRequest, row: Model) -> Hashes:
        """Hash each field of the row, and each row beneath it as a whole."""
        own = model_to_dict(row, self._names(request, row))
        beneath = {
            _key(each): _hash(model_to_dict(each, names))
            for each, names in self._beneath(request, row)
        }
        return {**{name: _hash(value) for name, value in own.items()}, **beneath}

    def _told(self, request: HttpRequest, row: Model, changed: Sequence[str]) -> Iterator[str]:
        """Say in words what has changed."""
        own = self._names(request, row)
        beneath = {_key(each): each for each, _names in self._beneath(request, row)}
        for key in changed:
            if key in own:
                yield _field_told(row, key)
            elif key in beneath:
                each = beneath[key]
                yield f"{each._meta.verbose_name} {each}"
            else:
                yield _("a row that has been taken away")

    def _names(self, request: HttpRequest, row: Model) -> list[str]:
        form = super().get_form(request, row, change=True)
        return _columns(type(row), form.base_fields)

    def _beneath(self, request: HttpRequest, row: Model) -> Iterator[tuple[Model, list[str]]]:
        for inline in self.get_inline_instances(request, row):
            if not inline.has_change_permission(request, row):
                continue
            formset: Any = inline.get_formset(request, row)
            names = _columns(inline.model, formset.form.base_fields)
            many = [name for name in names if _is_many(inline.model, name)]
            rows = inline.model._base_manager.filter(**{formset.fk.name: row}).order_by("pk")
            for each in rows.prefetch_related(*many):
                yield each, names


def _columns(model: type[Model], fields: dict[str, Any]) -> list[str]:
    """Name the fields of a form that are the model's own."""
    own = {field.name for field in (*model._meta.concrete_fields, *model._meta.many_to_many)}
    return [name for name in fields if name in own]


def _is_many(model: type[Model], name: str) -> bool:
    return isinstance(model._meta.get_field(name), ManyToManyField)


def _field_told(row: Model, name: str) -> str:
    field = row._meta.get_field(name)
    label = str(getattr(field, "verbose_name", name))
    if _is_many(type(row), name) or isinstance(field, FileField):
        return label
    said = Truncator(str(getattr(row, name))).chars(60)
    return f"{label}: {said}" if said else label


def _key(row: Model) -> str:
    return f"{row._meta.model_name} {row.pk}"


def _hash(value: Any) -> str:
    said = json.dumps(value, default=_plain, sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()[:12]


def _plain(value: Any) -> str:
    return str(value.pk) if isinstance(value, Model) else str(value)


def _read(posted: str) -> Hashes:
    """Read what a page carried along; whatever else was sent, matches nothing."""
    try:
        seen = json.loads(posted)
    except ValueError:
        return {}
    return seen if isinstance(seen, dict) else {}
