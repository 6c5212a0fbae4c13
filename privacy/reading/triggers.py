"""What the database itself watches over the log of who looked."""

ONLY_TO_FORGET = """
    IF TG_OP = 'DELETE' THEN
        -- Only the nightly sweep says so, in its own transaction.
        IF current_setting('privacy.sweeping', true) = 'on' THEN
            RETURN OLD;
        END IF;
    ELSIF to_jsonb(NEW) - '{about,reason,staff_id}'::text[]
            = to_jsonb(OLD) - '{about,reason,staff_id}'::text[]
        AND (NEW.about IS NULL OR NEW.about = OLD.about)
        AND (NEW.staff_id IS NULL OR NEW.staff_id = OLD.staff_id)
        AND (NEW.reason = '' OR NEW.reason = OLD.reason)
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'who looked at what is never rewritten'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'readings_are_never_rewritten';
"""
