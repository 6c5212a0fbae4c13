"""What PostgreSQL itself watches over what people have looked at."""

ONLY_ON_CONSENT = """
    PERFORM 1 FROM privacy_consent
        WHERE account_id = NEW.account_id AND purpose = 'personal' AND is_given
            AND ended_at IS NULL
        FOR SHARE;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    RETURN NEW;
"""
"""Without a consent that stands nothing is written.

A withdrawal that comes at the same moment waits for the write, and deletes it then.
"""
