"""Who may deliver SMS."""

from django.conf import settings

from numbers.models import Provider

SANDBOX_SLUG = "sandbox"


def sandbox_provider() -> tuple[str, str]:
    """Slug and secret of the provider the sandbox page plays; made at its first use."""
    if not settings.SANDBOX:
        raise LookupError("the sandbox is off")
    provider, _ = Provider.objects.get_or_create(slug=SANDBOX_SLUG)
    return provider.slug, provider.secret
