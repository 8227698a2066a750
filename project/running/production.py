"""What ./run --production-check lists: Django's own deployment checks and ours."""

import django
from django.conf import settings
from django.core.checks import CheckMessage, run_checks

# What Django says of TLS in four pieces, W005 of ours says with the way to mend it.
SAID_BY_OURS = {"security.W004", "security.W008", "security.W012", "security.W016"}


def list_findings() -> list[CheckMessage]:
    django.setup()
    findings = run_checks(include_deployment_checks=True)
    said = set() if settings.SERVED_OVER_TLS else SAID_BY_OURS
    return [finding for finding in findings if finding.id not in said]
