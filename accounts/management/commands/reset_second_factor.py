"""For somebody who has lost his phone and his recovery codes."""

from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError

from accounts.services import COMMAND, remove_second_factor


class Command(BaseCommand):
    help = "Takes a staff user's second factor away; he logs in with his password and enrols anew."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")

    def handle(self, *, username: str, **options: Any) -> None:
        user = User.objects.filter(username=username).first()
        if user is None:
            raise CommandError(f"There is no user {username}.")
        if not remove_second_factor(user=user, actor=COMMAND):
            raise CommandError(f"{username} has no second factor.")
        self.stdout.write(f"{username} logs in with the password alone until the next enrolment.")
