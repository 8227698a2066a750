"""The addresses that providers are told, as they are seen from outside."""

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from numbers.models import Provider


def webhook_url(request: HttpRequest, provider: Provider) -> str:
    """By PUBLIC_URL; without it as this request was made, which a proxy may have changed.

    Empty for one that is asked and calls nobody.
    """
    if provider.kind == Provider.Kind.POLLING:
        return ""
    path = reverse(f"sms_{provider.kind}", args=[provider.slug])
    if settings.PUBLIC_URL:
        return f"{settings.PUBLIC_URL}{path}"
    return request.build_absolute_uri(path)
