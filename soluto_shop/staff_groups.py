"""Who of the staff may do what: the owner everything, six more roles what their work needs.

The groups are made anew by ``manage.py staff_groups`` (and by ``make run``). What a group has
beyond this list is taken away again, so the list says the truth; who needs more gets another role
as well, or one that the owner has made. A role is given for a time (`customers.grants`), and
membership of a group gives nothing. Only an owner gives out accounts and access: whoever may
change accounts may become anybody.
"""

from collections.abc import Iterable

from django.contrib.auth.models import Group, Permission
from django.db import transaction

from customers.grants.roles import OWNER

GDPR_CONTACT = "gdpr_contact"

_LOOK_AT_CATALOGUE = (
    "orders.view_product",
    "orders.view_variant",
    "orders.view_category",
    "orders.view_level",
    "orders.view_movement",
    "orders.view_bookable",
    "orders.view_calendar",
    "orders.view_calendarservice",
    "orders.view_slot",
    "orders.view_ware",
)
_LOOK_AT_ORDERS = (
    "orders.view_order",
    "orders.view_formerorder",
    "orders.view_orderline",
    "orders.view_ordervat",
    "orders.view_orderevent",
    "orders.view_parcel",
    "orders.view_invoice",
    "orders.view_withdrawalnotice",
    "orders.view_returncase",
    "orders.view_complaint",
    "orders.view_subscription",
    "orders.view_serviceperiod",
    "orders.view_booking",
    "orders.view_agreement",
    "orders.view_quote",
    "orders.view_purchaserequest",
)
_LOOK_AT_LISTS = ("orders.view_pricelist", "orders.view_listprice")
_LOOK_AT_REVIEWS = ("orders.view_review",)
_LOOK_AT_PEOPLE = (
    "customers.view_customer",
    "customers.view_company",
    "customers.view_membership",
    "customers.view_membershipevent",
    "customers.view_invitation",
)
_LOOK_AT_SIGN_INS = ("axes.view_accesslog", "axes.view_accessfailurelog", "axes.view_accessattempt")

_KEEP_PROCESSORS = tuple(
    f"privacy.{way}_{table}"
    for table in ("processor", "subprocessor")
    for way in ("view", "add", "change", "delete")
)

_LOOK_AT_MONEY = (
    "orders.view_bankfile",
    "orders.view_bankentry",
    "orders.view_entry",
    "orders.view_posting",
)


_LOOK_AT_COUPONS = ("orders.view_coupon", "orders.view_couponcode", "orders.view_couponscope")
_KEEP_COUPONS = (
    *_LOOK_AT_COUPONS,
    "orders.add_coupon",
    "orders.change_coupon",
    "orders.change_couponcode",
)


def _all(*models: str) -> tuple[str, ...]:
    ways = ("view", "add", "change", "delete")
    return tuple(f"orders.{way}_{model}" for model in models for way in ways)


GROUPS: dict[str, tuple[str, ...]] = {
    # May do everything, by its name: `customers.grants.powers`.
    OWNER: (),
    # Takes orders from paid to delivered.
    "orders": (
        *_LOOK_AT_ORDERS,
        "orders.change_order",
        "orders.dispute_invoice",
        "orders.view_vatidcheck",
        "orders.add_vatidcheck",
        "orders.change_refund",
        "orders.change_withdrawalnotice",
        "orders.change_returncase",
        "orders.change_complaint",
        "orders.change_subscription",
        "orders.change_quote",  # gives quotes, and takes them back
        "orders.change_purchaserequest",  # cancels purchases that hang
        "orders.change_booking",
        *_LOOK_AT_PEOPLE,
        "orders.view_product",
        "orders.view_variant",
        "orders.view_level",
        *_LOOK_AT_MONEY,
        "orders.add_bankfile",
        "orders.change_bankentry",
        "privacy.view_letter",
    ),
    # Brings in what the bank tells, matches payments, and looks at the books; sees no orders but
    # by their numbers, and of people only who paid.
    "accountant": (
        *_LOOK_AT_MONEY,
        "orders.add_bankfile",
        "orders.change_bankentry",
        "orders.view_invoice",
        "orders.view_vatidcheck",
        "orders.add_vatidcheck",
        "orders.export_books",
    ),
    # Keeps the shelves, the prices and the stock; sees nobody.
    "catalogue": (
        *_all(
            "attribute",
            "attributeoption",
            "attributevalue",
            "bookable",
            "calendar",
            "calendarservice",
            "category",
            "campaign",
            "campaignscope",
            "couponscope",
            "listprice",
            "manufacturer",
            "picture",
            "plan",
            "pricelist",
            "product",
            "productcategory",
            "slot",
            "variant",
            "ware",
        ),
        *_LOOK_AT_CATALOGUE,
        "orders.view_pricehistory",
        *_KEEP_COUPONS,
        "orders.add_level",
        "orders.change_level",
        "orders.add_movement",
        "orders.view_deliverymethod",
        "orders.view_vatclass",
        # Writes the next edition of the terms; to publish it is a right of its own, the owner's.
        *_all("termsdraft"),
        "orders.view_pageedition",
        "orders.add_pageedition",
        "orders.view_terms",
    ),
    # Answers customers, and corrects what they say is wrong.
    "care": (
        *_LOOK_AT_ORDERS,
        "orders.dispute_invoice",
        *_LOOK_AT_COUPONS,
        "orders.change_withdrawalnotice",
        "orders.change_complaint",
        "orders.change_subscription",
        "orders.change_quote",
        "orders.change_purchaserequest",
        "orders.change_booking",
        # Drafts agreements, puts them in force and ends them; their prices are the catalogue's.
        *_LOOK_AT_LISTS,
        "orders.add_agreement",
        "orders.change_agreement",
        "orders.delete_agreement",
        *_LOOK_AT_REVIEWS,
        "orders.change_review",  # publishes reviews, or refuses them with a reason
        *_LOOK_AT_PEOPLE,
        "customers.change_customer",
        "customers.change_company",
        "customers.add_membership",
        "customers.change_membership",
        "customers.delete_membership",
        "privacy.view_letter",
        # Writes newsletters and sends them; to whom they go, not even an owner sees in a list.
        *(f"customers.{way}_newsletter" for way in ("view", "add", "change", "delete", "send")),
        "axes.delete_accessattempt",  # lifts a lock for somebody who has called
        "axes.view_accessattempt",
    ),
    # Looks after the register: sees what is held, who signed in and who may see it, and changes
    # nothing of it by hand; approves editions of the statement, keeps the registers of processors
    # and breaches, hands over to authorities, tells people where their data came from, and answers
    # what they ask. The last counts only for whom it was given: not for an owner by rank.
    GDPR_CONTACT: (
        *_LOOK_AT_PEOPLE,
        *_LOOK_AT_ORDERS,
        *_LOOK_AT_REVIEWS,
        *_LOOK_AT_SIGN_INS,
        "privacy.view_letter",
        "privacy.view_edition",
        "privacy.add_edition",
        "privacy.view_processingrecord",
        *_KEEP_PROCESSORS,
        "privacy.view_transfer",
        "privacy.view_recipientnotice",
        "privacy.change_recipientnotice",  # notes what a recipient has confirmed
        "privacy.view_disclosure",
        "privacy.add_disclosure",
        "privacy.approve_disclosure",
        "privacy.fetch_disclosure",
        "privacy.view_reading",
        "privacy.view_breach",
        "privacy.add_breach",
        "privacy.change_breach",
        "privacy.view_affected",
        "privacy.view_provenance",
        "privacy.view_intake",  # what was brought in and dropped; to bring in is the owner's
        "privacy.view_sourcenotice",
        "privacy.change_sourcenotice",
        "privacy.view_request",
        "privacy.answer_request",
        "privacy.view_restriction",
        "privacy.view_consent",
        "privacy.view_erasure",
        "privacy.view_sweeprun",
        "customers.view_account",
        "customers.view_acknowledgement",
        "customers.view_grant",
    ),
    # Looks, and touches nothing.
    "auditor": (
        *_LOOK_AT_CATALOGUE,
        *_LOOK_AT_ORDERS,
        *_LOOK_AT_SIGN_INS,
        *_LOOK_AT_COUPONS,
        *_LOOK_AT_LISTS,
        "orders.view_campaign",
        "orders.view_campaignscope",
        "admin.view_logentry",
        "orders.view_entry",
        "orders.view_posting",
        "auth.view_group",
        "orders.view_deliverymethod",
        "orders.view_pricehistory",
        "orders.view_pageedition",
        "orders.view_terms",
        "orders.view_vatclass",
        "orders.view_vatrate",
        "privacy.view_edition",
        "privacy.view_erasure",
        "privacy.view_sweeprun",
        "privacy.view_processingrecord",
        "privacy.view_processor",
        "privacy.view_subprocessor",
        "privacy.view_reading",
    ),
}


class NoSuchPermission(Exception):
    """A group names a permission that no table has."""


@transaction.atomic
def ensure_groups() -> None:
    """Make the groups, each with exactly the permissions of the list.

    :raises NoSuchPermission: when the list names one that there is not.
    """
    keys = {f"{label}.{codename}": key for key, label, codename in _permissions()}
    unknown = {each for wanted in GROUPS.values() for each in wanted} - keys.keys()
    if unknown:
        raise NoSuchPermission(", ".join(sorted(unknown)))
    groups = _groups()
    wanted = {(groups[name].pk, keys[each]) for name, may in GROUPS.items() for each in may}
    given = Group.permissions.through.objects.filter(group__name__in=GROUPS)
    there = {(row.group_id, row.permission_id): row.pk for row in given}
    given.filter(pk__in=[there[pair] for pair in there.keys() - wanted]).delete()
    lacking = sorted(wanted - there.keys())
    Group.permissions.through.objects.bulk_create(
        (Group.permissions.through(group_id=group, permission_id=may) for group, may in lacking),
        ignore_conflicts=True,  # another may be making them just now
    )


def _groups() -> dict[str, Group]:
    Group.objects.bulk_create((Group(name=name) for name in GROUPS), ignore_conflicts=True)
    return {group.name: group for group in Group.objects.filter(name__in=GROUPS)}


def _permissions() -> Iterable[tuple[int, str, str]]:
    return Permission.objects.values_list("pk", "content_type__app_label", "codename")
