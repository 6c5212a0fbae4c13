"""What staff may do: what their running grants say at this moment, and nothing else."""

from typing import TYPE_CHECKING, Any, NamedTuple

from asgiref.sync import sync_to_async
from django.contrib.auth.models import Permission
from django.utils import timezone

from customers.grants.models import Grant
from customers.grants.roles import OWNER

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from customers.grants.models import GrantQuerySet


class Held(NamedTuple):
    """A running grant, as far as it says what may be done."""

    role_id: int
    role: str


class GrantedPowers:
    """Stands before Django's own permissions, which groups, rows and a flag would give for ever.

    An account's groups, its own permissions and `is_superuser` give nothing. Grants are asked once
    for each object, and a request has its own: what ended a moment ago is gone at the next click.
    """

    if TYPE_CHECKING:
        pk: UUID
        email: str
        full_name: str
        language: str
        is_active: bool
        is_staff: bool
        grants: GrantQuerySet

    @property
    def running_grants(self) -> list[Held]:
        """Give the grants that are in force, asked of the database once."""
        if "_running_grants" not in self.__dict__:
            # A person whose account is closed, or who is not of the staff any more, has none.
            may_have = self.is_active and self.is_staff
            today = timezone.localdate()
            running = self.grants.running(today).order_by() if may_have else Grant.objects.none()
            roles = running.values_list("role_id", "role__name")
            self.__dict__["_running_grants"] = [Held(*role) for role in roles]
        known: list[Held] = self.__dict__["_running_grants"]
        return known

    @property
    def has_access(self) -> bool:
        """Tell whether any grant runs."""
        return bool(self.running_grants)

    @property
    def is_owner(self) -> bool:
        """Tell whether a grant of the role that may do everything runs.

        A page of the staff's asks hundreds of times, for the list of tables beside it.
        """
        if "_is_owner" not in self.__dict__:
            named = {grant.role for grant in self.running_grants}
            self.__dict__["_is_owner"] = OWNER in named
        known: bool = self.__dict__["_is_owner"]
        return known

    def get_user_permissions(self, obj: Any = None) -> set[str]:
        return set()

    def get_group_permissions(self, obj: Any = None) -> set[str]:
        """Give the permissions of the roles that run; both questions are asked once a request."""
        if "_granted_permissions" not in self.__dict__:
            self.__dict__["_granted_permissions"] = self._ask_permissions()
        known: set[str] = self.__dict__["_granted_permissions"]
        return known

    def _ask_permissions(self) -> set[str]:
        if not self.has_access:
            return set()
        granted = Permission.objects.all()
        if not self.is_owner:
            granted = granted.filter(group__in=[grant.role_id for grant in self.running_grants])
        names = granted.values_list("content_type__app_label", "codename").order_by()
        return {f"{app}.{name}" for app, name in names}

    def get_all_permissions(self, obj: Any = None) -> set[str]:
        return self.get_group_permissions(obj)

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        return self.is_owner or perm in self.get_all_permissions(obj)

    def has_perms(self, perm_list: "Iterable[str]", obj: Any = None) -> bool:
        return all(self.has_perm(perm, obj) for perm in perm_list)

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_owner or any(
            name.startswith(f"{app_label}.") for name in self.get_all_permissions()
        )

    def was_given(self, permission: str) -> bool:
        """Tell whether a role that runs names a permission itself; rank does not count."""
        app, _dot, name = permission.partition(".")
        roles = [grant.role_id for grant in self.running_grants if grant.role != OWNER]
        named = Permission.objects.filter(content_type__app_label=app, codename=name)
        return bool(roles) and named.filter(group__in=roles).exists()

    async def aget_user_permissions(self, obj: Any = None) -> set[str]:
        return set()

    async def aget_group_permissions(self, obj: Any = None) -> set[str]:
        return await sync_to_async(self.get_group_permissions)(obj)

    async def aget_all_permissions(self, obj: Any = None) -> set[str]:
        return await sync_to_async(self.get_all_permissions)(obj)

    async def ahas_perm(self, perm: str, obj: Any = None) -> bool:
        return await sync_to_async(self.has_perm)(perm, obj)

    async def ahas_perms(self, perm_list: "Iterable[str]", obj: Any = None) -> bool:
        return await sync_to_async(self.has_perms)(perm_list, obj)

    async def ahas_module_perms(self, app_label: str) -> bool:
        return await sync_to_async(self.has_module_perms)(app_label)
