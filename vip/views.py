"""The address that ad networks report watched ads to."""

import logging
from urllib.parse import parse_qs

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from vip.models import AdNetwork, new_postback_secret
from vip.postbacks import is_signed
from vip.services import prove_pass

logger = logging.getLogger(__name__)

BODY_BYTES_MAX = 4 * 1024
FIELDS_MAX = 20
# Signs nothing that is ever sent: an unknown network costs the same work as a wrong signature.
_NOBODYS_SECRET = new_postback_secret()


@csrf_exempt
@require_http_methods(["GET", "POST"])
def postback(request: HttpRequest, slug: str) -> HttpResponse:
    """403 for a wrong signature, 404 for a pass that is not the network's; a repeat is fine: 200.

    The same two fields in the query of a GET or in the form of a POST: `pass` and `signature`.
    """
    body = b""
    if request.method == "POST":
        body = request.read(BODY_BYTES_MAX + 1)
        if len(body) > BODY_BYTES_MAX:
            return _answer("too large", 413)
    query = body.decode("latin-1") if body else request.META["QUERY_STRING"]
    try:
        fields = parse_qs(query, max_num_fields=FIELDS_MAX)
    except ValueError:
        return _answer("too many fields", 400)
    alias, signature = (fields.get(name, [""])[0] for name in ("pass", "signature"))
    network = AdNetwork.objects.filter(slug=slug).first()
    is_right = is_signed(alias, signature, network.secret if network else _NOBODYS_SECRET)
    if network is None or not is_right:
        return _answer("wrong signature", 403)
    if not prove_pass(network_id=network.pk, alias=alias, now=timezone.now()):
        return _answer("no such pass", 404)
    logger.info("a watched ad was reported by %s", network)
    return _answer("ok", 200)


def _answer(words: str, status: int) -> HttpResponse:
    return HttpResponse(f"{words}\n", status=status, content_type="text/plain")
