"""The mail server, reached only through the door."""

from django.core.mail.backends.smtp import EmailBackend

from privacy.egress.opened import require_open


class MailServer(EmailBackend):
    """SMTP as Django speaks it, to a host that the door is open to."""

    def open(self) -> bool | None:
        require_open(self.host)
        return super().open()
