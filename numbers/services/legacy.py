"""A file of numbers of an older bot, with what that bot knew of their use."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.services import Actor
from numbers.errors import FileRefused
from numbers.importing import faults
from numbers.importing.numerals import read_cell
from numbers.importing.originals import forget_original
from numbers.models import Batch, Number, Pool

from .imports import COMMAND_BYTES_MAX, QUERY_MAX, Outcome, load_file, preview_file


@dataclass(frozen=True, slots=True)
class LegacyFile:
    """What became, or would become, of a file; the used numbers that are not in stock."""

    outcome: Outcome
    used: int
    unknown: list[str]


def load_legacy_file(
    file: BinaryIO,
    *,
    pool_name: str,
    original_name: str,
    used: Collection[str],
    actor: Actor,
    now: datetime,
) -> LegacyFile | None:
    """Its numbers come into stock and the used ones as used, or nothing does.

    None for a file that was imported before. Whoever calls has confirmed the right to use
    the numbers. Raises FileRefused.
    """
    batch: Batch | None = None
    pool = _find_pool(pool_name)
    try:
        with transaction.atomic():
            batch, outcome = load_file(
                file,
                pool=pool,
                original_name=original_name,
                actor=actor,
                rights_confirmed=True,
                now=now,
                bytes_max=COMMAND_BYTES_MAX,
            )
            return _mark_used(batch, outcome, used)
    except FileRefused as refusal:
        if refusal.params["fault"] == faults.SAME_FILE:
            return None
        raise
    except BaseException:
        forget_original(batch)
        raise


def preview_legacy_file(file: BinaryIO, *, pool_name: str) -> Outcome | None:
    """The same without doing it. Raises FileRefused."""
    pool = _find_pool(pool_name)
    try:
        seen = preview_file(file, country=pool.country, bytes_max=COMMAND_BYTES_MAX)
    except FileRefused as refusal:
        if refusal.params["fault"] == faults.SAME_FILE:
            return None
        raise
    if not seen.accepted and not seen.is_beginning:
        raise faults.refuse_all(seen.rejected, seen.rejections)
    return seen


def _find_pool(name: str) -> Pool:
    pool = Pool.objects.filter(name=name).first() or Pool(name=name)
    try:
        pool.full_clean(validate_unique=pool.pk is None)
    except ValidationError as error:
        raise faults.refuse(faults.UNREADABLE, problem="; ".join(error.messages)) from None
    return pool


def _mark_used(batch: Batch, outcome: Outcome, used: Collection[str]) -> LegacyFile:
    country = batch.pool.country
    e164s = {text: read_cell(text, country)[0] for text in used}
    wanted = sorted(filter(None, e164s.values()))
    here: set[int] = set()
    for start in range(0, len(wanted), QUERY_MAX):
        numbers = Number.objects.filter(batch=batch, e164__in=wanted[start : start + QUERY_MAX])
        here.update(numbers.values_list("e164", flat=True))
        numbers.filter(state=Number.State.FREE).update(state=Number.State.USED)
    unknown = sorted(text for text, e164 in e164s.items() if e164 not in here)
    return LegacyFile(outcome, len(here), unknown)
