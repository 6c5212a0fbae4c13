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


_BY_ACCEPTING = ("party_name", "accepted_by_id", "accepted_at", "accepted_online")
_OF_AN_OFFER = (*_MAY_CHANGE, *_BY_ACCEPTING, "accepted_sha256", "offered_at")


def accepted_stays() -> pgtrigger.Trigger:
    """Refuse to rewrite an agreement once accepted: it may end sooner, and people may go.

    What lies before its party is not rewritten either, or something else would be accepted than
    was read; it is accepted as it is, or taken back.
    """
    facts = "".join(f" - '{column}'" for column in (*_MAY_GO, *_MAY_CHANGE))
    offer = "".join(f" - '{column}'" for column in (*_MAY_GO, *_OF_AN_OFFER))
    another_party = " OR ".join(
        f"NEW.{column} IS NOT NULL AND NEW.{column} IS DISTINCT FROM OLD.{column}"
        for column in ("customer_id", "company_id")
    )
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
            "OLD.state = 'offered' AND ("
            f"to_jsonb(OLD){offer} IS DISTINCT FROM to_jsonb(NEW){offer} OR {another_party} "
            "OR NEW.valid_until IS DISTINCT FROM OLD.valid_until) "
            "OR OLD.state NOT IN ('draft', 'offered') AND ("
            f"to_jsonb(OLD){facts} IS DISTINCT FROM to_jsonb(NEW){facts} "
            f"OR {another} OR {later} OR {over} "
            "OR OLD.notice_at IS NOT NULL AND NEW.notice_at IS DISTINCT FROM OLD.notice_at)"
        ),
    )


def accepts_its_last_document() -> pgtrigger.Trigger:
    """Refuse an acceptance of anything but the last edition of the agreement's document."""
    return pgtrigger.Trigger(
        name="agreement_accepts_its_last_document",
        when=pgtrigger.Before,
        operation=pgtrigger.UpdateOf("state"),
        condition=pgtrigger.Condition(
            "OLD.state IN ('draft', 'offered') AND NEW.state = 'in_force'"
        ),
        func="""
        IF NEW.accepted_sha256 <> coalesce(
            (SELECT sha256 FROM orders_agreementdocument
             WHERE agreement_id = NEW.id ORDER BY edition DESC LIMIT 1), '') THEN
            RAISE EXCEPTION 'another document was accepted'
                USING ERRCODE = 'check_violation',
                      CONSTRAINT = 'agreement_accepts_its_last_document';
        END IF;
        RETURN NEW;
        """,
    )


def documents_are_laid_before_drafts() -> pgtrigger.Trigger:
    """Refuse a document of an agreement that lies before its party, or was accepted.

    The agreement is held first, so that nobody accepts it at the same moment.
    """
    return pgtrigger.Trigger(
        name="documents_are_laid_before_drafts",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        func="""
        PERFORM 1 FROM orders_agreement WHERE id = NEW.agreement_id FOR NO KEY UPDATE;
        IF EXISTS (SELECT FROM orders_agreement
                   WHERE id = NEW.agreement_id AND state <> 'draft') THEN
            RAISE EXCEPTION 'what was agreed stays'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'documents_are_laid_before_drafts';
        END IF;
        RETURN NEW;
        """,
    )


def accepted_documents_stay() -> pgtrigger.Trigger:
    """Refuse to take a document away that was laid before somebody, but for the eraser."""
    return pgtrigger.Trigger(
        name="accepted_documents_stay",
        when=pgtrigger.Before,
        operation=pgtrigger.Delete,
        condition=pgtrigger.Condition(
            "coalesce(current_setting('privacy.eraser', true), '') <> 'on'"
        ),
        func="""
        IF EXISTS (SELECT FROM orders_agreement
                   WHERE id = OLD.agreement_id AND state <> 'draft') THEN
            RAISE EXCEPTION 'what was agreed stays'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'accepted_documents_stay';
        END IF;
        RETURN OLD;
        """,
    )


def covers_its_list() -> pgtrigger.Trigger:
    """Write down which variants an agreement covers as it comes into force, and until when."""
    return pgtrigger.Trigger(
        name="agreement_covers_its_list",
        when=pgtrigger.After,
        operation=pgtrigger.UpdateOf("state", "valid_until", "customer_id", "company_id"),
        func="""
        IF OLD.state IN ('draft', 'offered') AND NEW.state = 'in_force' THEN
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
