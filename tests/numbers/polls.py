"""Providers that are asked for their lists, and what their lists say."""

import json

from numbers.models import Provider
from numbers.services import PollResult, claim_polls, take_poll

KEY = "canary-key-of-the-list-7731"


def make_polling(slug="lists", **fields):
    """By columns: time, number, sender, text."""
    return Provider.objects.create(
        **{
            "slug": slug,
            "kind": Provider.Kind.POLLING,
            "secret": KEY,
            "url": "https://sms.example/list",
            "auth_header": "X-API-Key",
            "list_path": "aaData",
            "time_field": "0",
            "number_field": "1",
            "sender_field": "2",
            "text_field": "3",
            **fields,
        }
    )


def row_of(lease, at, text="Your code is 482913", sender="Example"):
    """As a panel in UTC writes it."""
    return [at.strftime("%Y-%m-%d %H:%M:%S"), str(lease.number.e164), sender, text]


def answer_of(*rows):
    return json.dumps({"aaData": rows})


def poll(rows, *, now, failure=""):
    """One round of one provider, without the network; None when none was due."""
    claimed = claim_polls(now=now)
    if not claimed:
        return None
    [provider] = claimed
    return take_poll(PollResult(provider, now, rows, failure), now=now)
