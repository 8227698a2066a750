"""Gives the staff groups their permissions from migrations, one app at a time."""

from collections.abc import Callable, Mapping
from typing import Any

from django.apps import apps as installed_apps
from django.contrib.auth.management import create_permissions

JUNIOR, SENIOR, CHIEF, CREATOR = "Junior", "Senior", "Chief", "Creator"
GROUPS = (JUNIOR, SENIOR, CHIEF, CREATOR)


def give_permissions(
    app_label: str, by_group: Mapping[str, tuple[str, ...]]
) -> Callable[..., None]:
    """A RunPython function that gives each named group, and every higher one, the codenames.

    Permissions are otherwise made after all migrations have run: make them now.
    """

    def forwards(apps: Any, schema_editor: Any) -> None:
        create_permissions(installed_apps.get_app_config(app_label), verbosity=0)
        group_model, permission_model = (
            apps.get_model("auth", name) for name in ("Group", "Permission")
        )
        for lowest, codenames in by_group.items():
            permissions = permission_model.objects.filter(
                content_type__app_label=app_label, codename__in=codenames
            )
            missing = set(codenames) - set(permissions.values_list("codename", flat=True))
            if missing:
                raise LookupError(f"no such permissions in {app_label}: {sorted(missing)}")
            for name in GROUPS[GROUPS.index(lowest) :]:
                group, _ = group_model.objects.get_or_create(name=name)
                group.permissions.add(*permissions)

    return forwards
