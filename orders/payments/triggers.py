"""What the database itself keeps true about payments."""

import pgtrigger

_WITHIN = """
    SELECT amount INTO captured FROM orders_payment
        WHERE id = NEW.payment_id AND state = 'paid' FOR UPDATE;
    SELECT coalesce(sum(amount), 0) INTO refunded FROM orders_refund
        WHERE payment_id = NEW.payment_id AND state <> 'failed' AND id <> NEW.id;
    IF captured IS NULL OR refunded + NEW.amount > captured THEN
        RAISE EXCEPTION 'more is refunded than was paid'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'no_more_is_refunded_than_paid';
    END IF;
    RETURN NEW;
"""


def no_more_is_refunded_than_paid() -> pgtrigger.Trigger:
    """Let the refunds of a payment never exceed what was paid, whoever asks for them at once."""
    return pgtrigger.Trigger(
        name="no_more_is_refunded_than_paid",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.UpdateOf("amount", "payment_id", "state"),
        condition=pgtrigger.Condition("NEW.state <> 'failed'"),
        declare=[("captured", "numeric"), ("refunded", "numeric")],
        func=_WITHIN,
    )
