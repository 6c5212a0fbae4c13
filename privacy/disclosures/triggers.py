"""What PostgreSQL itself watches over the disclosures."""

_FACTS = (
    "authority",
    "statute",
    "case_number",
    "lines",
    "asked_at",
    "registered_at",
    "registered_by",
    "registered_name",
    "silence_statute",
    "silent_until",
)
_ONCE = (
    "first_by",
    "first_at",
    "second_by",
    "second_at",
    "refused_by",
    "refused_at",
    "fetched_by",
    "fetched_at",
)
_NAMES = ("first_name", "second_name", "refused_name", "refused_because", "fetched_name")


def _any(conditions: list[str]) -> str:
    return " OR ".join(conditions)


FACTS_STAY = f"""
    IF {_any([f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in _FACTS])}
       OR {_any([f"(OLD.{n} IS NOT NULL AND NEW.{n} IS DISTINCT FROM OLD.{n})" for n in _ONCE])}
       OR {_any([f"(OLD.{n} <> '' AND NEW.{n} <> OLD.{n})" for n in _NAMES])}
       OR (NEW.about IS NOT NULL AND NEW.about IS DISTINCT FROM OLD.about)
       OR (NEW.about_email <> '' AND NEW.about_email <> OLD.about_email)
    THEN
        RAISE EXCEPTION 'what was noted of a disclosure stays as it was noted'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'disclosure_facts_stay';
    END IF;
    RETURN NEW;
"""

BEGINS_UNDECIDED = f"""
    IF {_any([f"NEW.{name} IS NOT NULL" for name in _ONCE])} THEN
        RAISE EXCEPTION 'a disclosure is registered first, and decided after it'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'disclosure_begins_undecided';
    END IF;
    RETURN NEW;
"""
