"""What the database itself watches over the register of breaches."""

CLOSED_FOR_GOOD = """
    -- Writing what stands there already is no altering: a restored copy does it. The number of
    -- a staff member who is forgotten goes.
    IF to_jsonb(NEW) - 'session_of_id' = to_jsonb(OLD) - 'session_of_id'
        AND (NEW.session_of_id IS NULL OR NEW.session_of_id = OLD.session_of_id)
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a breach that is closed is not altered'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'closed_breaches_are_never_altered';
"""
