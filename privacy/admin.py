"""All admin pages of the register, so that Django finds them."""

from privacy.outbox.admin import LetterAdmin
from privacy.outbox.work_admin import JobAdmin

__all__ = ["JobAdmin", "LetterAdmin"]
