"""The owner changes the numbers of an app."""

from typing import Any

from django.db import models, transaction

from .audit import Actor, record


@transaction.atomic
def save_settings(row: models.Model, *, actor: Actor) -> None:
    """Saves an app's one row of settings and audits what is different from before."""
    model = type(row)
    before = model._default_manager.filter(pk=row.pk).first() or model()
    row.save()
    changes: dict[str, Any] = {
        field.name: [getattr(before, field.name), getattr(row, field.name)]
        for field in model._meta.concrete_fields
        if getattr(before, field.name) != getattr(row, field.name)
    }
    if changes:
        record(f"{model._meta.app_label}.settings", actor=actor, changes=changes)
