"""Who may answer people: the contact person of the register, and nobody by rank alone."""

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser, Permission
from django.db.models import Q

ANSWER = "answer_request"


def may_answer(account: AbstractBaseUser | AnonymousUser) -> bool:
    """Tell whether somebody was given the permission to answer requests, in person or by a group.

    A superuser has every permission by rank; this one counts only where it was given.
    """
    if not (account.is_authenticated and account.is_active):
        return False
    given = Permission.objects.filter(content_type__app_label="privacy", codename=ANSWER)
    return given.filter(Q(user=account) | Q(group__user=account)).exists()
