"""What the database itself keeps true about agreements and their price lists."""

import pgtrigger

_GIVEN = "EXISTS (SELECT FROM orders_agreement WHERE price_list_id = {row} AND state <> 'draft')"


def given_lists_stay() -> pgtrigger.Trigger:
    """Refuse to change the days of a list that an accepted agreement gives; its name may change."""
    return pgtrigger.Trigger(
        name="given_lists_stay",
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        condition=pgtrigger.Condition(
            "ROW(OLD.valid_from, OLD.valid_until) IS DISTINCT FROM "
            "ROW(NEW.valid_from, NEW.valid_until)"
        ),
        func=f"""
        IF {_GIVEN.format(row="NEW.id")} THEN
            RAISE EXCEPTION 'what was agreed stays'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'given_lists_stay';
        END IF;
        RETURN NEW;
        """,
    )


def given_prices_stay() -> pgtrigger.Trigger:
    """Refuse to add, change or take away prices of a list that an accepted agreement gives.

    The list is held first, so that nobody accepts an agreement over it at the same moment.
    """
    return pgtrigger.Trigger(
        name="given_prices_stay",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        declare=[("lists", "uuid[]")],
        func="""
        lists := ARRAY[coalesce(OLD.price_list_id, NEW.price_list_id), NEW.price_list_id];
        PERFORM 1 FROM orders_pricelist WHERE id = ANY (lists) ORDER BY id FOR SHARE;
        IF EXISTS (SELECT FROM orders_agreement
                   WHERE price_list_id = ANY (lists) AND state <> 'draft') THEN
            RAISE EXCEPTION 'what was agreed stays'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'given_prices_stay';
        END IF;
        RETURN coalesce(NEW, OLD);
        """,
    )


def begins_as_a_draft() -> pgtrigger.Trigger:
    """Refuse an agreement that was never a draft: what it covers is written as it is accepted."""
    return pgtrigger.Protect(
        name="agreement_begins_as_a_draft",
        operation=pgtrigger.Insert,
        condition=pgtrigger.Condition("NEW.state <> 'draft' OR NEW.party_gone"),
    )


def notes_that_its_party_is_gone() -> pgtrigger.Trigger:
    """Note that a card or a company has gone, which leaves its agreement without a party."""
    return pgtrigger.Trigger(
        name="agreement_notes_that_its_party_is_gone",
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        condition=pgtrigger.Condition(
            "num_nonnulls(OLD.customer_id, OLD.company_id) > 0 "
            "AND num_nonnulls(NEW.customer_id, NEW.company_id) = 0"
        ),
        func="NEW.party_gone := true; RETURN NEW;",
    )


_MAY_GO = ("customer_id", "company_id", "accepted_by_id")
_MAY_CHANGE = ("state", "valid_until", "notice_at", "party_gone", "erasure", "released")


def accepted_stays() -> pgtrigger.Trigger:
    """Refuse to rewrite an agreement once accepted: it may end sooner, and people may go."""
    facts = "".join(f" - '{column}'" for column in (*_MAY_GO, *_MAY_CHANGE))
    another = " OR ".join(
        f"NEW.{column} IS NOT NULL AND NEW.{column} IS DISTINCT FROM OLD.{column}"
        for column in _MAY_GO
    )
    later = "coalesce(NEW.valid_until, 'infinity') > coalesce(OLD.valid_until, 'infinity')"
    over = "OLD.state = 'ended' AND NEW.valid_until IS DISTINCT FROM OLD.valid_until"
    return pgtrigger.Protect(
        name="accepted_agreements_stay",
        operation=pgtrigger.Update,
        condition=pgtrigger.Condition(
            "OLD.state <> 'draft' AND ("
            f"to_jsonb(OLD){facts} IS DISTINCT FROM to_jsonb(NEW){facts} "
            f"OR {another} OR {later} OR {over} "
            "OR OLD.notice_at IS NOT NULL AND NEW.notice_at IS DISTINCT FROM OLD.notice_at)"
        ),
    )


def covers_its_list() -> pgtrigger.Trigger:
    """Write down which variants an agreement covers as it comes into force, and until when."""
    return pgtrigger.Trigger(
        name="agreement_covers_its_list",
        when=pgtrigger.After,
        operation=pgtrigger.UpdateOf("state", "valid_until", "customer_id", "company_id"),
        func="""
        IF OLD.state = 'draft' AND NEW.state = 'in_force' THEN
            PERFORM 1 FROM orders_pricelist WHERE id = NEW.price_list_id FOR NO KEY UPDATE;
            INSERT INTO orders_agreedvariant
                (agreement_id, variant_id, party, valid_from, valid_until)
            SELECT DISTINCT NEW.id, p.variant_id, coalesce(NEW.customer_id, NEW.company_id),
                greatest(NEW.valid_from, l.valid_from), least(NEW.valid_until, l.valid_until)
            FROM orders_listprice p JOIN orders_pricelist l ON l.id = p.price_list_id
            WHERE l.id = NEW.price_list_id
              AND greatest(NEW.valid_from, l.valid_from)
                  <= coalesce(least(NEW.valid_until, l.valid_until), 'infinity');
        ELSIF num_nonnulls(NEW.customer_id, NEW.company_id) = 0 THEN
            DELETE FROM orders_agreedvariant WHERE agreement_id = NEW.id;
        ELSIF NEW.valid_until IS DISTINCT FROM OLD.valid_until THEN
            DELETE FROM orders_agreedvariant
            WHERE agreement_id = NEW.id AND valid_from > NEW.valid_until;
            UPDATE orders_agreedvariant SET valid_until = least(valid_until, NEW.valid_until)
            WHERE agreement_id = NEW.id;
        END IF;
        RETURN NULL;
        """,
    )


def written_by_the_agreement() -> pgtrigger.Trigger:
    """Refuse what an agreement covers from any hand but its own."""
    return pgtrigger.Protect(
        name="what_is_covered_follows_the_agreement",
        operation=pgtrigger.Insert | pgtrigger.Update,
        condition=pgtrigger.Condition("pg_trigger_depth() < 1"),
    )
