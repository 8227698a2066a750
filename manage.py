#!/usr/bin/env python
"""Django's command-line utility."""

import os
import sys
from pathlib import Path

import project  # noqa: F401  joins the app `numbers` to the standard module of that name


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    from project.env import load_env_file

    try:
        load_env_file(Path(__file__).resolve().parent / ".env")
        settings.INSTALLED_APPS  # noqa: B018  reads the settings, or says what is wrong
    except ImproperlyConfigured as error:
        sys.stderr.write(f"A setting is wrong: {error}\n")
        sys.exit(2)
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
