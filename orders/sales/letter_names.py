"""What staff call the letters of an order; its events know them by their kind alone."""

from django.utils.translation import pgettext_lazy

from privacy.registry import Words

NAMES: dict[str, Words] = {
    "order_placed": pgettext_lazy("letter", "order confirmation"),
    "order_paid": pgettext_lazy("letter", "the payment has come"),
    "downloads_ready": pgettext_lazy("letter", "the files can be fetched"),
    "order_shipped": pgettext_lazy("letter", "the order is on its way"),
    "order_cancelled": pgettext_lazy("letter", "the order is cancelled"),
    "invoice": pgettext_lazy("letter", "invoice"),
    "invoice_reminder": pgettext_lazy("letter", "reminder to pay"),
    "withdrawal_received": pgettext_lazy("letter", "the withdrawal has been received"),
    "withdrawn_unsent": pgettext_lazy("letter", "what is not sent after a withdrawal"),
    "return_instructions": pgettext_lazy("letter", "how to send the goods back"),
    "complaint_received": pgettext_lazy("letter", "the complaint has been received"),
    "complaint_accepted": pgettext_lazy("letter", "the complaint is accepted"),
    "complaint_refused": pgettext_lazy("letter", "the complaint is refused"),
    "complaint_remedied": pgettext_lazy("letter", "the defect is made good"),
}


def name_of(kind: str) -> str:
    """Give the words for a letter's kind; a kind without any stands as it is."""
    return str(NAMES.get(kind, kind))
