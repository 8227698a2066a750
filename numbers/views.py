"""The addresses that providers deliver SMS to."""

import logging
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from numbers.addresses import webhook_url
from numbers.models import Provider, new_provider_secret
from numbers.providers import generic, twilio
from numbers.providers.generic import BODY_BYTES_MAX, BadBody
from numbers.services import WRONG_SIGNATURE, SmsArrival, note_failure, receive_sms

logger = logging.getLogger(__name__)

# Sign nothing that is ever sent: an unknown provider costs the same work as a wrong signature.
_NOBODY = {
    kind: Provider(kind=kind, slug="nobody", secret=new_provider_secret()) for kind in Provider.Kind
}


@csrf_exempt
@require_POST
def generic_sms(request: HttpRequest, slug: str) -> HttpResponse:
    """403 for a wrong signature, 400 for a body we did not agree on; a repeat is fine: 200."""
    body = request.read(BODY_BYTES_MAX + 1)
    if len(body) > BODY_BYTES_MAX:
        return _answer("too large", 413)
    provider = _find(Provider.Kind.GENERIC, slug)
    signature = request.headers.get("X-Signature", "")
    is_right = generic.is_signed(body, signature, provider.secret)
    if provider.pk is None or not is_right:
        return _refuse_signature(provider)
    try:
        arrival = generic.read_arrival(body)
    except BadBody as error:
        return _refuse_body(provider, error)
    _receive(provider, arrival)
    return _answer("ok", 200)


@csrf_exempt
@require_POST
def twilio_sms(request: HttpRequest, slug: str) -> HttpResponse:
    """As generic_sms, but for what is answered when all is well."""
    body = request.read(BODY_BYTES_MAX + 1)
    if len(body) > BODY_BYTES_MAX:
        return _answer("too large", 413)
    provider = _find(Provider.Kind.TWILIO, slug)
    query = urlsplit(request.get_full_path()).query
    url = webhook_url(request, provider) + (f"?{query}" if query else "")
    try:
        fields = twilio.read_fields(body)
    except BadBody as error:
        # Nobody knows yet who sent it.
        return _answer(f"bad request: {error}", 400)
    signature = request.headers.get("X-Twilio-Signature", "")
    is_right = twilio.is_signed(url, fields, signature, provider.secret)
    if provider.pk is None or not is_right:
        return _refuse_signature(provider)
    try:
        arrival = twilio.read_arrival(fields, received_at=timezone.now())
    except BadBody as error:
        return _refuse_body(provider, error)
    _receive(provider, arrival)
    return HttpResponse(twilio.NOTHING_TO_SAY, content_type="text/xml; charset=utf-8")


def _find(kind: Provider.Kind, slug: str) -> Provider:
    return Provider.objects.filter(kind=kind, slug=slug, is_active=True).first() or _NOBODY[kind]


def _receive(provider: Provider, arrival: SmsArrival) -> None:
    sms = receive_sms(provider, arrival, now=timezone.now())
    if sms is not None:
        logger.info("SMS %s stored, lease %s", sms.pk, sms.lease_id)


def _refuse_signature(provider: Provider) -> HttpResponse:
    if provider.pk is not None:
        note_failure(provider, WRONG_SIGNATURE, now=timezone.now())
    return _answer("wrong signature", 403)


def _refuse_body(provider: Provider, error: BadBody) -> HttpResponse:
    note_failure(provider, f"a message was refused for its {error}", now=timezone.now())
    return _answer(f"bad request: {error}", 400)


def _answer(words: str, status: int) -> HttpResponse:
    return HttpResponse(f"{words}\n", status=status, content_type="text/plain")
