"""A connection is tried before it is relied on: what its list holds, as it would be read."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.services import Actor, record
from numbers.arrivals import BadBody, clean_text
from numbers.codes import extract_code
from numbers.models import Provider
from numbers.phones import format_international
from numbers.providers import polling
from project.outbound import NoAnswer

SHOWN_ROWS, SHOWN_PARTS, SHOWN_LENGTH = 3, 30, 200
MASK = "••••••"


@dataclass(frozen=True, slots=True)
class TrialRow:
    """The parts of a row as they stand in it, and what was read of them or what is wrong."""

    place: int
    parts: list[tuple[str, str]]
    problem: str = ""
    number: str = ""
    sender: str = ""
    text: str = ""
    code: str = ""
    received_at: datetime | None = None
    has_id: bool = False


@dataclass(frozen=True, slots=True)
class Trial:
    failure: str
    total: int
    unread: int
    rows: list[TrialRow]
    is_masked: bool


async def ask_for_trial(provider: Provider, *, now: datetime) -> list[Any] | str:
    """The rows, or why there are none. Over the network; nothing is stored."""
    try:
        return await polling.ask_for_rows(provider, now=now)
    except (NoAnswer, polling.BadAnswer) as failure:
        return str(failure)


def read_trial(
    provider: Provider, found: list[Any] | str, *, may_read: bool, now: datetime
) -> Trial:
    """What is shown of it. Where texts may not be read, their shape stands for them."""
    if isinstance(found, str):
        return Trial(found, 0, 0, [], not may_read)
    rows = [
        _read(provider, row, place, may_read, now)
        for place, row in enumerate(found[:SHOWN_ROWS], start=1)
    ]
    unread = sum(not _is_readable(provider, row, now) for row in found)
    return Trial("", len(found), unread, rows, not may_read)


@transaction.atomic
def note_trial(provider: Provider, *, actor: Actor) -> None:
    """Texts were shown: the look is kept like a look at an SMS."""
    record("numbers.view_code", actor=actor, target=provider, trial="texts of the provider's list")


def _is_readable(provider: Provider, row: Any, now: datetime) -> bool:
    try:
        polling.read_row(provider, row, came_at=now)
    except BadBody:
        return False
    return True


def _read(provider: Provider, row: Any, place: int, may_read: bool, now: datetime) -> TrialRow:
    parts = _list_parts(row, may_read)
    try:
        arrival = polling.read_row(provider, row, came_at=now)
    except BadBody as error:
        return TrialRow(place, parts, problem=str(error))
    code = extract_code(arrival.text)
    return TrialRow(
        place,
        parts,
        number=format_international(arrival.to_e164),
        sender=arrival.sender,
        text=arrival.text[:SHOWN_LENGTH] if may_read else MASK,
        code=code if may_read else MASK if code else "",
        received_at=arrival.received_at,
        has_id=bool(provider.id_field),
    )


def _list_parts(row: Any, may_read: bool) -> list[tuple[str, str]]:
    if isinstance(row, dict):
        named = [(str(name), value) for name, value in row.items()]
    elif isinstance(row, list):
        named = [(str(place), value) for place, value in enumerate(row)]
    else:
        named = [("", row)]
    return [(clean_text(name)[:40], _show(value, may_read)) for name, value in named[:SHOWN_PARTS]]


def _show(value: Any, may_read: bool) -> str:
    if isinstance(value, dict):
        return f"fields: {', '.join(clean_text(name)[:40] for name in list(value)[:10])}"
    if isinstance(value, list):
        return f"list of {len(value)}"
    text = "" if value is None else clean_text(str(value))[:SHOWN_LENGTH]
    return text if may_read else mask_shape(text)


def mask_shape(text: str) -> str:
    """Each letter and digit by another: what kind of thing it is shows, and no more."""
    return re.sub(r"[^\W\d_]", "a", re.sub(r"\d", "0", text))
