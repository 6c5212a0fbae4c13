"""Staff's pages over people, without those whose data may only be stored."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from privacy.restriction.honouring import of_the_restricted

TO_SEE = "privacy.view_restriction"


class StoredOnly(admin.ModelAdmin[Any]):
    """A page from which people whose data may only be stored are left out, as if they were not.

    Whoever looks after the register sees them, and finds out what there is to find out.
    """

    looked_after: ClassVar[Q] = Q()
    """Rows that somebody still waits for: they are looked after as before."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        if request.user.has_perm(TO_SEE):
            return rows
        return rows.exclude(self.left_out())

    def left_out(self) -> Q:
        """Give the rows that are left out."""
        return of_the_restricted(self.model) & ~self.looked_after
