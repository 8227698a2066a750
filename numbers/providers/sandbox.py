"""Who may deliver SMS."""

from django.conf import settings

from numbers.models import Provider

SANDBOX_SLUG, SANDBOX_LIST_SLUG = "sandbox", "sandbox-list"


def sandbox_provider() -> tuple[str, str]:
    """Slug and secret of the provider the sandbox page plays; made at its first use."""
    if not settings.SANDBOX:
        raise LookupError("the sandbox is off")
    provider, _ = Provider.objects.get_or_create(slug=SANDBOX_SLUG)
    return provider.slug, provider.secret


def sandbox_list_provider(key: str) -> Provider:
    """The one whose list the sandbox keeps; made at its first use, then as staff changed it."""
    if not settings.SANDBOX:
        raise LookupError("the sandbox is off")
    provider, _ = Provider.objects.get_or_create(
        slug=SANDBOX_LIST_SLUG,
        defaults={
            "kind": Provider.Kind.POLLING,
            "secret": key,
            "url": "{sandbox}/sms/list",
            "auth_header": "X-API-Key",
            "list_path": "aaData",
            "time_field": "0",
            "number_field": "1",
            "sender_field": "2",
            "text_field": "3",
        },
    )
    return provider
