"""The ad network that the sandbox plays."""

from django.conf import settings

from vip.models import AdNetwork
from vip.postbacks import sign

SANDBOX_SLUG = "sandbox"


def sign_sandbox_postback(alias: str) -> str | None:
    """As that network would; None when it is not set up."""
    if not settings.SANDBOX:
        raise LookupError("the sandbox is off")
    network = AdNetwork.objects.filter(slug=SANDBOX_SLUG).first()
    return sign(alias, network.secret) if network else None
