"""Read a bank's file: recognise it, take its entries, and refuse an account that is not ours."""

from orders.banking import camt, reference_list
from orders.banking.accounts import own_account, written
from orders.banking.facts import Problem, Statement, UnreadableStatement

MOST_MEGABYTES = 20
MOST_BYTES = MOST_MEGABYTES * 1024 * 1024


def read(content: bytes) -> Statement:
    """Read a file of any known kind.

    :raises UnreadableStatement: when it is none, is damaged, or is of an account that is not ours.
    """
    if not content.strip():
        raise UnreadableStatement(Problem("empty"))
    if len(content) > MOST_BYTES:
        raise UnreadableStatement(Problem("too_large", values={"most": str(MOST_MEGABYTES)}))
    if b"\0" in content and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UnreadableStatement(Problem("not_text"))
    if reference_list.looks_like(content):
        found = reference_list.read(content)
    elif content.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")[:1] == b"<":
        found = camt.read(content)
    else:
        raise UnreadableStatement(Problem("unknown_format"))
    _must_be_ours(found)
    return found


def _must_be_ours(found: Statement) -> None:
    ours = own_account()
    if not ours:
        raise UnreadableStatement(Problem("no_own_account"))
    for entry in found.entries:
        if entry.account != ours:
            values = {"account": written(entry.account)}
            raise UnreadableStatement(Problem("not_our_account", entry.line, values=values))
