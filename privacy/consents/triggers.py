"""What PostgreSQL itself watches over the history of consents."""

ONLY_ADDED_TO = """
    IF TG_OP = 'DELETE' THEN
        IF coalesce(current_setting('privacy.sweeping', true), '') = 'on' THEN
            RETURN OLD;
        END IF;
        RAISE EXCEPTION 'the history of consents is only added to'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'consents_are_only_added_to';
    END IF;
    IF to_jsonb(OLD) - 'account_id' - 'email' - 'ended_at'
            IS DISTINCT FROM to_jsonb(NEW) - 'account_id' - 'email' - 'ended_at'
        OR (NEW.account_id IS NOT NULL AND NEW.account_id IS DISTINCT FROM OLD.account_id)
        OR (NEW.email <> '' AND NEW.email <> OLD.email)
        OR (OLD.ended_at IS NOT NULL AND NEW.ended_at IS DISTINCT FROM OLD.ended_at)
    THEN
        RAISE EXCEPTION 'the history of consents is only added to'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'consents_are_only_added_to';
    END IF;
    IF NEW.account_id IS NULL AND NEW.email = '' AND NEW.ended_at IS NULL THEN
        NEW.ended_at = greatest(now(), NEW.at);
    END IF;
    RETURN NEW;
"""
"""Nothing that was said is rewritten: a row may lose its person, which ends it, and end once."""
