"""What a buyer tells who complains about a defect."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from orders.catalogue.pictures import CheckedPicture, PictureRefused, check
from orders.complaints.models import PHOTOS
from orders.complaints.operations import Told
from orders.complaints.photos import MEDIA_TYPES, MOST_BYTES
from orders.complaints.states import Remedy
from orders.sales.models import Order, OrderLine
from privacy.email_field import TypedEmailField
from privacy.free_words import WithoutIdentityCodes

PIECES = "pieces_"


def _picture(label: Any, help_text: Any = "") -> forms.FileField:
    chooser = forms.FileInput(attrs={"accept": ",".join(MEDIA_TYPES.values())})
    return forms.FileField(label=label, help_text=help_text, required=False, widget=chooser)


class ComplaintForm(WithoutIdentityCodes):
    """Which pieces have the defect, what it is, and what is to be done about it."""

    told_of = (
        "orders.Complaint.email",
        "orders.Complaint.words",
        *(f"orders.Complaint.{column}" for column in PHOTOS),
    )

    words = forms.CharField(
        label=gettext_lazy("What is wrong"),
        max_length=2000,
        help_text=gettext_lazy("In your own words: what you see, and when it happens."),
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    photo_1 = _picture(
        gettext_lazy("Picture of the defect"),
        gettext_lazy(
            "If you like: up to three, JPEG, PNG or WebP, 10 MB each. Where and when they were "
            "taken is left out of what we keep."
        ),
    )
    photo_2 = _picture(gettext_lazy("Second picture"))
    photo_3 = _picture(gettext_lazy("Third picture"))
    noticed_date = forms.DateField(
        label=gettext_lazy("When you noticed it, if you remember"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    wish = forms.ChoiceField(
        label=gettext_lazy("What you would like"),
        choices=[("", pgettext_lazy("complaint", "Choose")), *Remedy.choices],
        help_text=gettext_lazy(
            "The law puts repair and replacement first. If they do not help, you get a lower price "
            "or your money back."
        ),
    )
    email = TypedEmailField(help_text=gettext_lazy("The receipt and our answer go here."))
    submission = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(
        self,
        said: QueryDict | None = None,
        files: "MultiValueDict[str, UploadedFile[Any]] | None" = None,
        *,
        order: Order,
        left: Mapping[UUID, int],
    ) -> None:
        self.drawn: dict[str, CheckedPicture] = {}
        super().__init__(said, files, initial=self.typed_before(order))
        self.order = order
        lines = list(order.lines.all())
        self.rows: list[tuple[OrderLine, str]] = []
        for line in lines:
            name = f"{PIECES}{line.pk}"
            self.rows.append((line, name))
            is_clear = len(lines) == 1 and line.quantity == 1
            self.fields[name] = forms.IntegerField(
                label=line.called,
                min_value=0,
                max_value=line.quantity,
                required=False,
                initial=1 if is_clear and left.get(line.pk) else 0,
                help_text=_("of %(count)d ordered") % {"count": line.quantity},
                widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
            )

    def typed_before(self, order: Order) -> dict[str, Any]:
        """Give what stands in the form before anything is typed."""
        return {"submission": uuid4(), "email": order.email}

    @property
    def lines(self) -> list[forms.BoundField]:
        """Give the fields of the order's lines."""
        return [self[name] for _line, name in self.rows]

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        for column in PHOTOS:
            if said.get(column):
                self._draw(column, said[column])
        noticed = said.get("noticed_date")
        if noticed is not None and noticed > timezone.localdate():
            self.add_error("noticed_date", _("This day has not come yet."))
        names = [name for _line, name in self.rows]
        if not any(name in self.errors or said.get(name) for name in names):
            raise ValidationError(_("Say which product it is, and how many pieces."), code="none")
        return said

    def _draw(self, column: str, given: "UploadedFile[Any]") -> None:
        """Draw a picture anew, or say why it cannot be one."""
        if (given.size or 0) > MOST_BYTES:
            self.add_error(column, _("The picture is larger than 10 MB. Choose a smaller one."))
            return
        try:
            self.drawn[column] = check(given)
        except PictureRefused as refusal:
            self.add_error(column, str(refusal))

    def told(self) -> Told:
        """Give what was told in the words of the operation."""
        said = self.cleaned_data
        return Told(
            submission=said["submission"],
            email=said["email"],
            words=said["words"],
            wish=Remedy(said["wish"]),
            quantities={line.pk: said[name] or 0 for line, name in self.rows},
            noticed_date=said["noticed_date"],
            photos=tuple(self.drawn.values()),
        )
