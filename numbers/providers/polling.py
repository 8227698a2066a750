"""A list of SMS as a provider answers it: rows of fields, or rows of columns."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import quote

from django.conf import settings

from numbers.arrivals import ID_MAX, SENDER_MAX, BadBody, SmsArrival, clean_text
from numbers.models import Provider
from numbers.phones import read_e164
from project.json_paths import find_in_json
from project.outbound import fetch

from .times import read_time, read_zone

ANSWER_BYTES_MAX = 2 * 1024 * 1024
ROWS_MAX = 1_000
ROW_BYTES_MAX = 16 * 1024
# {since} reaches back beyond the last answer: a list may show an SMS late.
LOOK_BACK, LOOK_BACK_FIRST = timedelta(hours=1), timedelta(hours=24)


class BadAnswer(ValueError):
    """There is no list of SMS in it. Says what is there instead, never what it holds."""


async def ask_for_rows(provider: Provider, *, now: datetime) -> list[Any]:
    """Over the network. Raises NoAnswer, BadAnswer."""
    body = await fetch(
        make_url(provider, now), headers=make_headers(provider), bytes_max=ANSWER_BYTES_MAX
    )
    return find_rows(body, provider.list_path)


def make_url(provider: Provider, now: datetime) -> str:
    """It may hold the key: not to be logged or stored."""
    last = provider.last_success_at
    since = last - LOOK_BACK if last else now - LOOK_BACK_FIRST
    values = {
        "{key}": quote(provider.secret, safe=""),
        "{since}": quote(_write_time(provider, since), safe=""),
        # Its port is another one on another machine.
        "{sandbox}": settings.SANDBOX_URL,
    }
    address = provider.url
    for place, value in values.items():
        address = address.replace(place, value)
    return address


def make_headers(provider: Provider) -> Mapping[str, str]:
    accepted = {"Accept": "application/json"}
    if provider.auth_header and provider.secret:
        return {**accepted, provider.auth_header: provider.secret}
    return accepted


def find_rows(body: bytes, list_path: str) -> list[Any]:
    """The newest are not always first: up to ROWS_MAX are taken. Raises BadAnswer."""
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        raise BadAnswer("the answer is no JSON") from None
    try:
        rows = find_in_json(answer, list_path)
    except LookupError:
        raise BadAnswer(f"there is no such list; {_describe(answer)}") from None
    if not isinstance(rows, list):
        raise BadAnswer(f"that is no list; {_describe(answer)}")
    return rows[:ROWS_MAX]


def write_row(row: Any) -> bytes:
    """As it is kept, and read by staff. Half characters can only be kept escaped."""
    try:
        return json.dumps(row, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return json.dumps(row).encode()


def read_arrival(provider: Provider, body: bytes, *, came_at: datetime) -> SmsArrival:
    """Of a row that was kept. Raises BadBody."""
    return read_row(provider, json.loads(body), came_at=came_at)


def read_row(provider: Provider, row: Any, *, came_at: datetime) -> SmsArrival:
    """Raises BadBody, with the part that is wrong."""
    if not isinstance(row, dict | list):
        raise BadBody("row: neither fields nor columns")
    try:
        is_large = len(write_row(row)) > ROW_BYTES_MAX
    except RecursionError:
        is_large = True
    if is_large:
        raise BadBody("row: too large")
    number = _text(row, provider.number_field, "our number")
    sender = _text(row, provider.sender_field, "sender") if provider.sender_field else ""
    text = _text(row, provider.text_field, "text")
    time = _text(row, provider.time_field, "time")
    to_e164 = read_e164(number.strip())
    if to_e164 is None:
        raise BadBody("our number: not in international form")
    try:
        zone = read_zone(provider.time_zone)
        received_at, within = read_time(time, provider.time_format, zone, near=came_at)
    except (ValueError, OverflowError, OSError):
        raise BadBody("time: not in the format given") from None
    return SmsArrival(
        message_id=_identity(provider, row, (number, sender, text, time)),
        to_e164=to_e164,
        sender=sender.strip()[:SENDER_MAX],
        text=text,
        received_at=received_at,
        within=within,
    )


def _identity(provider: Provider, row: Any, said: tuple[str, ...]) -> str:
    """The provider's id; without one what the row says: the same again is the same SMS."""
    if not provider.id_field:
        return f"row-{sha256(json.dumps(said).encode()).hexdigest()}"
    identity = _text(row, provider.id_field, "id").strip()
    if not identity:
        raise BadBody("id: empty")
    # Cut short, two messages could become one.
    if len(identity) > ID_MAX:
        return f"long-{sha256(identity.encode()).hexdigest()}"
    return identity


def _text(row: Any, path: str, part: str) -> str:
    try:
        value = find_in_json(row, path) if path else None
    except LookupError:
        raise BadBody(f"{part}: not there") from None
    if part == "sender" and value is None:
        return ""
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        raise BadBody(f"{part}: not a text")
    return clean_text(value)


def _write_time(provider: Provider, moment: datetime) -> str:
    try:
        there = moment.astimezone(read_zone(provider.time_zone))
    except ValueError:
        there = moment
    return there.strftime(provider.time_format or "%Y-%m-%d %H:%M:%S")


def _describe(answer: Any) -> str:
    """Its names and kinds: enough to find the list by."""
    if isinstance(answer, list):
        return f"the answer is itself a list of {len(answer)}"
    if not isinstance(answer, dict):
        return "the answer is a single value"
    shown = [(clean_text(name)[:40], value) for name, value in list(answer.items())[:12]]
    names = [
        f"{name} (list of {len(value)})" if isinstance(value, list) else name
        for name, value in shown
    ]
    return f"the answer has {', '.join(names)}" if names else "the answer is empty"
