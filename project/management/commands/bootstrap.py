"""Prepares the database for a start: whole, tables, the first administrator, demo data."""

import json
import secrets
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from project.backups import BackupFailed
from project.backups.heal import CAUSE as RESTORED
from project.backups.heal import describe, heal
from project.env import env_str
from project.incidents import open_incident


class Command(BaseCommand):
    help = (
        "Migrates if there is something to migrate and creates the first administrator if there"
        " is none. Prints one JSON object that holds a password only if one was made up."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--no-demo", dest="demo", action="store_false")

    def handle(self, *, demo: bool, **options: Any) -> None:
        # whitenoise looks into it at start, also where collectstatic never ran.
        Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
        try:
            restored = heal(self.stderr.write)
        except (BackupFailed, OSError) as error:
            raise CommandError(
                f"{error}\nNothing was changed. To start empty, move the database away."
            ) from error
        if has_pending_migrations():
            self.stderr.write("Preparing the database…")
            call_command("migrate", verbosity=0, interactive=False)
        if restored:
            open_incident(RESTORED, describe(restored), timezone.now())
        answer = {}
        if not User.objects.filter(is_superuser=True).exists():
            if demo and settings.SANDBOX:
                self.stderr.write("Loading demo data…")
                call_command("load_demo", stdout=self.stderr)
            # Last: a failure above must not cost the password that nobody has seen yet.
            answer = create_first_admin()
        self.stdout.write(json.dumps(answer))


def has_pending_migrations() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def create_first_admin() -> dict[str, str]:
    """The answer holds the password only if it was made up here: it is shown this once."""
    username = env_str("ADMIN_USERNAME") or "admin"
    given = env_str("ADMIN_PASSWORD")
    password = given or secrets.token_urlsafe(12)
    user = User(username=username)
    try:
        user.full_clean(exclude=["password"])
        validate_password(password, user)
    except ValidationError as error:
        raise CommandError(
            f"ADMIN_USERNAME or ADMIN_PASSWORD cannot be used: {' '.join(error.messages)}"
        ) from None
    User.objects.create_superuser(username, password=password)
    return {"username": username} if given else {"username": username, "password": password}
