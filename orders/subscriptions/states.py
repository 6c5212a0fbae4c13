"""The ways a running service may go: one table, read by people, Python and the database."""

from django.db import models
from django.utils.translation import pgettext_lazy


class ServiceState(models.TextChoices):
    """Whether a service runs, and how long."""

    ACTIVE = "active", pgettext_lazy("service", "Running")
    ENDING = "ending", pgettext_lazy("service", "Ending")
    ENDED = "ended", pgettext_lazy("service", "Ended")


RUNNING = (ServiceState.ACTIVE, ServiceState.ENDING)

WAYS: dict[ServiceState, tuple[ServiceState, ...]] = {
    ServiceState.ACTIVE: (ServiceState.ENDING, ServiceState.ENDED),
    ServiceState.ENDING: (ServiceState.ENDED,),
}
