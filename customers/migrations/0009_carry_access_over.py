"""Let those who serve an existing shop go on serving it, for ninety days."""

from datetime import timedelta

from django.conf import settings
from django.db import migrations
from django.utils import timezone

DAYS = 90
OWNER = "owner"
REASON = "carried over"


def carry_over(apps, schema_editor):
    """Give present staff the roles that their groups, flag and own permissions stood for."""
    account_model = apps.get_model("customers", "Account")
    group_model = apps.get_model("auth", "Group")
    owner, _new = group_model.objects.get_or_create(name=OWNER)
    for account in account_model.objects.filter(is_staff=True, is_active=True):
        roles = list(account.groups.all())
        if account.is_superuser and owner not in roles:
            roles.append(owner)
        own = list(account.user_permissions.all())
        if own:
            group = group_model.objects.create(name=f"{REASON} {str(account.pk)[:8]}")
            group.permissions.set(own)
            roles.append(group)
        for role in roles:
            give(apps, account, role)


def give(apps, account, role):
    now = timezone.now()
    today = timezone.localdate(now)
    apps.get_model("customers", "Grant").objects.create(
        account=account,
        role=role,
        employer=settings.CONTROLLER["name"][:100],
        begins_date=today,
        last_date=today + timedelta(days=DAYS),
        reason=REASON,
        given_at=now,
        at_installation=True,
    )


class Migration(migrations.Migration):
    dependencies = [
        ('customers', '0008_access_grants'),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [migrations.RunPython(carry_over, migrations.RunPython.noop, elidable=False)]
