"""Pages that lead to the payment service name its hosts in their policy, and no other page does."""

from django.conf import settings
from django.http import HttpResponse

from orders.payments.paytrail.client import pages

FORMS = "form-action"


def may_leave(answer: HttpResponse) -> HttpResponse:
    """Let the forms of a page end at the payment service, to which the shop redirects them."""
    allowed = {**settings.SECURE_CSP, FORMS: [*settings.SECURE_CSP[FORMS], *pages()]}
    answer["Content-Security-Policy"] = "; ".join(
        f"{part} {' '.join(sources)}" for part, sources in allowed.items()
    )
    return answer
