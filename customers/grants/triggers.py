"""What PostgreSQL itself watches over access."""

NAMES_ITS_GIVER = """
    IF NEW.given_by_id IS NULL AND NOT NEW.at_installation THEN
        RAISE EXCEPTION 'a grant names who has given it'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'grant_names_its_giver';
    END IF;
    RETURN NEW;
"""
"""Later the giver's account may be erased, and then the row names nobody; at first it must."""

NOT_BY_ITS_HOLDER = """
    IF NEW.by_id = (SELECT account_id FROM customers_grant WHERE id = NEW.grant_id) THEN
        RAISE EXCEPTION 'nobody confirms the access that is their own'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'review_is_by_another';
    END IF;
    RETURN NEW;
"""
