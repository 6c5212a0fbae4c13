"""The shop's own pages for staff: each change is an edition, and every edition can be read."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orders.pages.looking import look_at
from orders.pages.models import Page, PageEdition
from orders.pages.operations import newest, text_of, write_page
from orders.pages.writing import read, wrong_links
from privacy.admin_parts import frame_of
from privacy.private_answers import unkept
from privacy.registry import Words

if TYPE_CHECKING:
    _PageForm = forms.ModelForm[PageEdition]
else:
    _PageForm = forms.ModelForm

TEXTS = ("text_fi", "text_sv", "text_en")
LOOK, AGAIN = "_look", "_again"
"""The buttons that save nothing: look at what was written, and go on writing."""


class PageForm(_PageForm):
    """A page in three languages, and which edition its writer has read."""

    based_on = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    class Meta:
        model = PageEdition
        fields = ["page", *TEXTS]
        widgets = {"page": forms.HiddenInput}

    def clean(self) -> dict[str, Any]:
        super().clean()
        for name in TEXTS:
            text = str(self.cleaned_data.get(name, "")).replace("\r\n", "\n")
            if name in self.errors:
                continue
            self.cleaned_data[name] = text
            wrong = wrong_links(text)
            if wrong:
                words = _("These addresses lead nowhere: %(addresses)s")
                self.add_error(name, words % {"addresses": ", ".join(wrong)})
            elif not any(part.kind == "title" for part in read(text)):
                self.add_error(name, _("The first line is the title: “# ” and its words."))
        self._refuse_what_was_changed_meanwhile()
        return self.cleaned_data

    def _refuse_what_was_changed_meanwhile(self) -> None:
        page, based_on = self.cleaned_data.get("page"), self.cleaned_data.get("based_on")
        if not page or based_on is None:
            return
        known = newest(Page(page))
        if (known.number if known else 0) != based_on:
            raise ValidationError(
                _(
                    "Somebody else has changed this page meanwhile. Open it in another window, "
                    "take over what you need, and save it there."
                )
            )


@admin.register(PageEdition)
class PageEditionAdmin(admin.ModelAdmin[PageEdition]):
    """Pages are changed by writing their next edition; none is altered afterwards."""

    form = PageForm
    list_display = ["page", "number", "written_at", "written_by", "shown"]
    list_filter = ["page"]
    change_list_template = "admin/orders/pages.html"
    add_form_template = "admin/orders/page_form.html"
    readonly_fields = ["shown"]
    fieldsets = [
        (
            gettext_lazy("Texts"),
            {
                "fields": [TEXTS, "page", "based_on"],
                "classes": ["side-by-side"],
                "description": gettext_lazy(
                    "“# ” begins the title, “## ” a heading, “- ” an item of a list; an empty line "
                    "parts paragraphs. **Strong words** stand between stars, and a link is written "
                    "[words](https://address) or [words](page:terms). In the place of {name}, "
                    "{address}, {business_id}, {email} and {phone} come the seller's own; a line "
                    "whose fact the settings do not know is left out."
                ),
            },
        ),
    ]

    def get_fieldsets(self, request: HttpRequest, obj: PageEdition | None = None) -> Any:
        if obj is None:
            return self.fieldsets
        fields = ["page", "number", "written_at", "written_by", "shown", *TEXTS]
        return [(None, {"fields": fields})]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Begin with what the page says now."""
        if AGAIN in request.POST:
            return {name: request.POST.get(name, "") for name in ("page", "based_on", *TEXTS)}
        asked = request.GET.get("page", "")
        page = Page(asked) if asked in Page.values else Page.DELIVERY
        edition = newest(page)
        texts = {f"text_{code}": text_of(page, code) for code, _name in settings.LANGUAGES}
        return {**texts, "page": page.value, "based_on": edition.number if edition else 0}

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        asked = str(self.get_changeform_initial_data(request)["page"])
        page = request.POST.get("page", asked)
        title = Page(page).label if page in Page.values else ""
        if LOOK in request.POST and self.has_add_permission(request):
            form = self.get_form(request)(request.POST)
            if form.is_valid():
                return self._look(request, form, title)
        if AGAIN in request.POST:
            request.method = "GET"  # it is written on, from where it was left
        return super().add_view(request, form_url, {"title": title, **(extra_context or {})})

    def _look(
        self, request: HttpRequest, form: forms.ModelForm[PageEdition], title: Words
    ) -> HttpResponse:
        """Show what a page would say and what that changes, before anybody else sees it."""
        page = Page(form.cleaned_data["page"])
        context = {
            **frame_of(self, request, title),
            "typed": [(name, form.cleaned_data[name]) for name in (*form.fields,)],
            "looks": [
                look_at(page, code, str(name), form.cleaned_data[f"text_{code}"])
                for code, name in settings.LANGUAGES
            ],
        }
        answer = TemplateResponse(request, "admin/orders/page_look.html", context)
        return unkept(answer)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        more = {"pages": [(page.value, page.label) for page in Page]}
        return super().changelist_view(request, {**more, **(extra_context or {})})

    def has_change_permission(self, request: HttpRequest, obj: PageEdition | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: PageEdition | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: PageEdition, form: Any, change: bool) -> None:
        """Write the next edition by the operation, which lets nobody overwrite another."""
        said = form.cleaned_data
        made = write_page(
            page=Page(said["page"]),
            texts={code: said[f"text_{code}"] for code, _name in settings.LANGUAGES},
            based_on=said["based_on"],
            by=str(request.user),
            at=timezone.now(),
        )
        obj.pk, obj.number = made.pk, made.number

    @admin.display(description=gettext_lazy("on the shop's pages"))
    def shown(self, edition: PageEdition) -> str:
        return format_html(
            '<a href="{}">{}</a>', edition.get_absolute_url(), edition.get_page_display()
        )
