"""What the database itself keeps true about the books."""

import pgtrigger

_SUM = """
    SELECT count(*), coalesce(sum(amount), 0) INTO postings, balance
    FROM orders_posting WHERE entry_id = {entry};
    IF postings < 2 OR balance <> 0 THEN
        RAISE EXCEPTION 'entry % does not balance: % postings, sum %', {entry}, postings, balance
            USING ERRCODE = 'check_violation', CONSTRAINT = 'entry_balances';
    END IF;
    RETURN NULL;
"""


def entry_balances(name: str, entry: str) -> pgtrigger.Trigger:
    """Ask at the commit that the postings of an entry are two or more, and sum to nothing."""
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        timing=pgtrigger.Deferred,
        declare=[("postings", "bigint"), ("balance", "numeric")],
        func=_SUM.format(entry=entry),
    )


def written_once(name: str) -> pgtrigger.Protect:
    """Refuse to alter or take away what was written."""
    return pgtrigger.Protect(name=name, operation=pgtrigger.Update | pgtrigger.Delete)


ONE_FURTHER = """
    IF NEW.last <> OLD.last + 1 THEN
        RAISE EXCEPTION 'series % goes from % to %', OLD.name, OLD.last, NEW.last
            USING ERRCODE = 'check_violation', CONSTRAINT = 'series_has_no_gaps';
    END IF;
    RETURN NEW;
"""


def goes_one_by_one(name: str) -> pgtrigger.Trigger:
    """Let a series of numbers go on by one, and neither back nor further."""
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=pgtrigger.UpdateOf("last", "name"),
        func=ONE_FURTHER,
    )
