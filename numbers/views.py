"""The address that providers deliver SMS to."""

import logging

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from numbers.models import Provider, new_provider_secret
from numbers.providers.generic import BODY_BYTES_MAX, BadBody, is_signed, read_arrival
from numbers.services import receive_sms

logger = logging.getLogger(__name__)

# Signs nothing that is ever sent: an unknown provider costs the same work as a wrong signature.
_NOBODYS_SECRET = new_provider_secret()


@csrf_exempt
@require_POST
def generic_sms(request: HttpRequest, slug: str) -> HttpResponse:
    """403 for a wrong signature, 400 for a body we did not agree on; a repeat is fine: 200."""
    body = request.read(BODY_BYTES_MAX + 1)
    if len(body) > BODY_BYTES_MAX:
        return HttpResponse("too large\n", status=413, content_type="text/plain")
    provider = Provider.objects.filter(slug=slug, is_active=True).first()
    secret = provider.secret if provider else _NOBODYS_SECRET
    is_right = is_signed(body, request.headers.get("X-Signature", ""), secret)
    if provider is None or not is_right:
        return HttpResponse("wrong signature\n", status=403, content_type="text/plain")
    try:
        arrival = read_arrival(body)
    except BadBody as error:
        return HttpResponse(f"bad request: {error}\n", status=400, content_type="text/plain")
    sms = receive_sms(provider, arrival, now=timezone.now())
    if sms is not None:
        logger.info("SMS %s stored, lease %s", sms.pk, sms.lease_id)
    return HttpResponse("ok\n", content_type="text/plain")
