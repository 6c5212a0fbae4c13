"""What every row of the shop has in common."""

import uuid
from collections.abc import Iterable

from django.db import models
from django.db.models.base import ModelBase


class Model(models.Model):
    """A row that cannot come back by accident.

    Django writes an unknown row anew when a stale object is saved. A person who was erased a
    moment ago would return that way; here such a save fails instead.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)

    class Meta:
        abstract = True

    def save(
        self,
        *,
        force_insert: bool | tuple[ModelBase, ...] = False,
        force_update: bool = False,
        using: str | None = None,
        update_fields: Iterable[str] | None = None,
    ) -> None:
        super().save(
            force_insert=force_insert,
            force_update=force_update or (not self._state.adding and not force_insert),
            using=using,
            update_fields=update_fields,
        )
