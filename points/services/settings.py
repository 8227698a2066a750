"""The owner changes the numbers of points."""

from typing import Any

from django.db import transaction

from accounts.services import Actor, record
from points.models import PointsSettings


@transaction.atomic
def save_settings(settings: PointsSettings, *, actor: Actor) -> None:
    """Saves the one row and audits what is different from before."""
    before = PointsSettings.objects.filter(pk=settings.pk).first() or PointsSettings()
    settings.save()
    changes: dict[str, Any] = {
        field.name: [getattr(before, field.name), getattr(settings, field.name)]
        for field in PointsSettings._meta.concrete_fields
        if getattr(before, field.name) != getattr(settings, field.name)
    }
    if changes:
        record("points.settings", actor=actor, changes=changes)
