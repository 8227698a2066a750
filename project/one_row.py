"""An app's numbers that the owner may change: a table of one row."""

from typing import Self

from django.db import models


class OneRow(models.Model):
    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)

    class Meta:
        abstract = True

    @classmethod
    def read(cls) -> Self:
        """The row, or what holds until the owner has saved one."""
        return cls._default_manager.first() or cls()
