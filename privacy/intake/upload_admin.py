"""The staff's page of a file: where it stands, go on, read what was told of it."""

from datetime import datetime
from typing import Any, ClassVar, Generic, TypeVar

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern
from django.utils import timezone
from django.utils.translation import gettext as _

from privacy.admin_parts import found_within, frame_of, row_deeds
from privacy.intake import upload_steps
from privacy.intake.report import WEIGHTS, AnyReport, UnreadableFile
from privacy.intake.uploads import Upload
from privacy.registry import Words

Given = TypeVar("Given", bound=Upload)


class UploadAdmin(admin.ModelAdmin[Given], Generic[Given]):
    """Files are uploaded, checked and confirmed, never edited."""

    list_per_page = 50
    list_select_related = ("started_by",)

    upload_form: ClassVar[type[forms.Form]]
    upload_title: ClassVar[Words]
    upload_page: ClassVar[str]

    def keep(self, request: HttpRequest, said: dict[str, Any], *, at: datetime) -> Given:
        """Keep a file that was given with the form.

        :raises UnreadableFile: when it is nothing that can be taken in.
        """
        raise NotImplementedError

    def is_short(self, upload: Given) -> bool:
        """Tell whether a file can be checked while somebody waits for the page."""
        raise NotImplementedError

    def check_now(self, upload: Given, *, at: datetime) -> None:
        """Find out at once what a file would do."""
        raise NotImplementedError

    def defer_check(self, upload: Given) -> None:
        """Let the worker find out what a file would do."""
        raise NotImplementedError

    def defer_import(self, upload: Given) -> None:
        """Let the worker take a confirmed file in."""
        raise NotImplementedError

    def has_change_permission(self, request: HttpRequest, obj: Given | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Given | None = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        return [
            *row_deeds(self, confirm=self.confirm_view, wake=self.wake_view),
            *super().get_urls(),
        ]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Take a file; a short one is checked at once, a long one by the worker."""
        self.let_in(request)
        form = self.upload_form(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            upload = self._uploaded(request, form)
            if upload is not None:
                return self.to_page_of(upload)
        context = {**frame_of(self, request, self.upload_title), "form": form}
        return TemplateResponse(request, self.upload_page, context)

    def _uploaded(self, request: HttpRequest, form: forms.Form) -> Given | None:
        at = timezone.now()
        try:
            upload = self.keep(request, form.cleaned_data, at=at)
        except UnreadableFile as trouble:
            form.add_error("file", trouble.issue.reason)
            return None
        if self.is_short(upload):
            self.check_now(upload, at=at)
        else:
            self.defer_check(upload)
        return upload

    def confirm_view(self, request: HttpRequest, pk: str) -> HttpResponse:
        """Hand a checked import to the worker."""
        self.let_in(request)
        upload = self.found(request, pk)
        try:
            with transaction.atomic():
                upload_steps.confirm(upload, at=timezone.now())
                self.defer_import(upload)
        except upload_steps.NotNow:
            messages.warning(request, _("This import has begun already, or its file is gone."))
        return self.to_page_of(upload)

    def wake_view(self, request: HttpRequest, pk: str) -> HttpResponse:
        """Hand an import to the worker once more."""
        self.let_in(request)
        upload = self.found(request, pk)
        checking = upload.state == Upload.State.CHECKING
        defer = self.defer_check if checking else self.defer_import
        try:
            with transaction.atomic():
                upload_steps.wake(upload, at=timezone.now())
                defer(upload)
        except upload_steps.NotNow:
            messages.warning(request, _("This import is still at work."))
        return self.to_page_of(upload)

    def let_in(self, request: HttpRequest) -> None:
        """Refuse whoever may not bring files in.

        :raises PermissionDenied: to them.
        """
        if not self.has_add_permission(request):
            raise PermissionDenied

    def found(self, request: HttpRequest, pk: object) -> Given:
        """Give a file to somebody who may look at it.

        :raises PermissionDenied: to all others.
        :raises Http404: when there is none.
        """
        upload: Given = found_within(self, request, str(pk))
        return upload

    def to_page_of(self, upload: Given) -> HttpResponse:
        """Lead to the page of a file."""
        return redirect(f"admin:{self._address}_change", upload.pk)

    def shown(
        self, request: HttpRequest, upload: Given, report: AnyReport, *, most: int
    ) -> dict[str, Any]:
        """Lay out what the page of every file shows: the state, and the first remarks."""
        issues = sorted(report.all(), key=lambda issue: list(WEIGHTS).index(issue.weight))
        may, stuck = self.has_add_permission(request), upload.is_stuck(timezone.now())
        return {
            "upload": upload,
            "report": report,
            "list_address": f"admin:{self._address}_changelist",
            "confirm_address": f"admin:{self._address}_confirm",
            "wake_address": f"admin:{self._address}_wake",
            "is_stuck": stuck,
            "can_wake": may and stuck,
            "can_begin": may and upload.state == Upload.State.CHECKED and bool(upload.file),
            "issues": [(WEIGHTS[issue.weight], issue) for issue in issues[:most]],
            "unshown": max(0, len(issues) - most),
        }

    @property
    def _address(self) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}"


def counted(report: AnyReport, noun: str) -> list[int]:
    """Give how many of something are new, changed and unchanged."""
    return [report.counts[f"{noun}_{state}"] for state in ("new", "changed", "unchanged")]
