"""Requests to the webhook of signed JSON, as a provider makes them."""

import hmac
import json
from datetime import UTC, datetime

from numbers.providers.generic import SCHEME


def sign(body, secret):
    return SCHEME + hmac.new(secret.encode(), body, "sha256").hexdigest()


def post_body(client, provider, body, *, secret=None, slug=None):
    return client.post(
        f"/sms/generic/{slug or provider.slug}/",
        body,
        content_type="application/json",
        headers={"X-Signature": sign(body, secret or provider.secret)},
    )


def body_of(lease=None, **changes):
    """One SMS; a field that is `...` is left out."""
    fields = {
        "id": "m1",
        "to": f"+{lease.number.e164}" if lease else "+971501112233",
        "from": "Example",
        "text": "Your code is 482913",
        "received_at": datetime.now(UTC).isoformat(),
        **changes,
    }
    return json.dumps({name: value for name, value in fields.items() if value is not ...}).encode()


def post(client, provider, lease=None, *, sign_with=None, slug=None, **changes):
    body = body_of(lease, **changes)
    return post_body(client, provider, body, secret=sign_with, slug=slug)
