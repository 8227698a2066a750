"""What ./run --production-check lists: Django's own deployment checks and ours."""

import django
from django.core.checks import CheckMessage, run_checks


def list_findings() -> list[CheckMessage]:
    django.setup()
    return run_checks(include_deployment_checks=True)
