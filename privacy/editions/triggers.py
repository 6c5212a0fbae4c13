"""What PostgreSQL itself watches over the editions."""

LATER_THAN_ALL = """
    IF EXISTS (
        SELECT 1 FROM privacy_edition
        WHERE number >= NEW.number OR valid_from >= NEW.valid_from
    ) THEN
        RAISE EXCEPTION 'edition % does not follow those before it', NEW.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'editions_follow_each_other';
    END IF;
    RETURN NEW;
"""
