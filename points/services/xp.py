"""XP for being active in groups and for playing, and what a new level brings."""

import random
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from accounts.selectors import is_chat_enabled
from points.levels import level_of_xp
from points.models import Board, Entry, GroupMessage, Item, ItemEntry, Progress
from points.selectors import get_settings
from project.sql import adapt_time, hot_cursor, read_time

from .boards import add_day_score
from .chance import CHANCE
from .group_messages import remember_message
from .items import ItemCause, add_item
from .ledger import Cause, HeldWallet, credit, find_posting, lock_wallet

MESSAGE_COOLDOWN = timedelta(seconds=60)
MESSAGE_XP = (1, 3)
REACTION_XP = 2
REACTIONS_COUNTED_MAX = 5
SECONDS_PER_VOICE_XP = 10
# Telegram says how long it is; longer than this nobody talks.
VOICE_SECONDS_MAX = 3600
LEVELS_PER_JACKPOT = 5
GAME_XP = {"win": 15, "loss": 5, "draw": 0}

# Every message of a group asks this. No row: nothing is earned there.
_READ = (
    "SELECT (SELECT message_at FROM points_progress WHERE member_id = %s) "
    "FROM accounts_chat WHERE telegram_id = %s AND is_enabled"
)

# Plain SQL: games ask this at every press.
_READ_PROGRESS = (
    "SELECT xp, level, message_at, voice_seconds, game_day, game_xp "
    "FROM points_progress WHERE member_id = %s"
)
_SAVE_PROGRESS = """
    INSERT INTO points_progress
        (member_id, xp, level, message_at, voice_seconds, game_day, game_xp)
    VALUES (%s, %s, %s, %s, %s, %s, %s)
    ON CONFLICT (member_id) DO UPDATE SET xp = excluded.xp, level = excluded.level,
        message_at = excluded.message_at, voice_seconds = excluded.voice_seconds,
        game_day = excluded.game_day, game_xp = excluded.game_xp
"""


@dataclass(frozen=True, slots=True)
class LevelUp:
    """The level reached, and what was given for it and those passed on the way."""

    member_id: int
    level: int
    points: int
    jackpots: int


@transaction.atomic
def earn_by_message(
    *,
    member_id: int,
    chat_telegram_id: int,
    message_id: int,
    now: datetime,
    voice_seconds: int = 0,
    chance: random.Random = CHANCE,
) -> LevelUp | None:
    """XP for a message, once in a cooldown, and for each ten seconds of voice; once a message.

    Frozen and banned members earn nothing. Messages that earn nothing cost two statements.
    """
    is_enabled, message_at = _read(member_id, chat_telegram_id)
    is_new = is_enabled and remember_message(
        chat_telegram_id=chat_telegram_id, message_id=message_id, author_id=member_id, now=now
    )
    seconds = min(max(voice_seconds, 0), VOICE_SECONDS_MAX)
    if not is_new or not (seconds or _is_ready(message_at, now)):
        return None
    wallet = lock_wallet(member_id)
    if wallet.is_frozen:
        return None
    progress = _progress(member_id)
    xp = seconds // SECONDS_PER_VOICE_XP
    progress.voice_seconds += seconds
    if _is_ready(progress.message_at, now):
        progress.message_at = now
        xp += chance.randint(*MESSAGE_XP)
    return _gain(wallet, progress, xp, now)


@transaction.atomic
def earn_by_reaction(
    *, chat_telegram_id: int, message_id: int, reactor_telegram_id: int, now: datetime
) -> LevelUp | None:
    """XP for the author of a message that is remembered; each other member counts once."""
    found = GroupMessage.objects.filter(chat_telegram_id=chat_telegram_id, message_id=message_id)
    message = found.select_related("author").first()
    if message is None or message.author.telegram_id == reactor_telegram_id:
        return None
    if not is_chat_enabled(chat_telegram_id):
        return None
    wallet = lock_wallet(message.author_id)
    # Again, now that nobody else counts a reaction to this author.
    message.refresh_from_db(fields=["reactors"])
    is_counted = reactor_telegram_id in message.reactors
    if wallet.is_frozen or is_counted or len(message.reactors) >= REACTIONS_COUNTED_MAX:
        return None
    message.reactors.append(reactor_telegram_id)
    message.save(update_fields=["reactors"])
    return _gain(wallet, _progress(message.author_id), REACTION_XP, now)


def earn_by_game(
    wallet: HeldWallet, outcome: str, now: datetime, *, daily_max: int
) -> tuple[int, LevelUp | None]:
    """XP for a settled game, up to `daily_max` a day (UTC). Returns what was earned.

    A clock that was set back goes on counting the later day.
    """
    xp = GAME_XP[outcome]
    if not xp:
        return 0, None
    progress = _progress(wallet.member_id)
    if progress.game_day is None or progress.game_day < now.date():
        progress.game_day, progress.game_xp = now.date(), 0
    xp = min(xp, max(daily_max - progress.game_xp, 0))
    if not xp:
        return 0, None
    progress.game_xp += xp
    return xp, _gain(wallet, progress, xp, now)


def level_up_of(member_id: int, moment: datetime) -> LevelUp | None:
    """The level that was reached at this very moment, while it is still the member's level.

    A repeated press is congratulated as the first; one game brings one level at most.
    """
    level = Progress.objects.values_list("level", flat=True).filter(pk=member_id).first()
    posting = level and find_posting(f"level:{member_id}:{level}")
    if not level or not posting or posting.created_at != moment:
        return None
    return LevelUp(member_id, level, posting.amount, int(level % LEVELS_PER_JACKPOT == 0))


def _read(member_id: int, chat_telegram_id: int) -> tuple[bool, datetime | None]:
    with hot_cursor() as cursor:
        cursor.execute(_READ, [member_id, chat_telegram_id])
        row = cursor.fetchone()
    return (False, None) if row is None else (True, row[0] and read_time(row[0]))


def _is_ready(message_at: datetime | None, now: datetime) -> bool:
    """A clock that was set back only makes the wait longer."""
    return message_at is None or now >= message_at + MESSAGE_COOLDOWN


def _progress(member_id: int) -> Progress:
    with hot_cursor() as cursor:
        cursor.execute(_READ_PROGRESS, [member_id])
        row = cursor.fetchone()
    if row is None:
        return Progress(pk=member_id)
    xp, level, message_at, voice_seconds, game_day, game_xp = row
    return Progress(
        pk=member_id,
        xp=xp,
        level=level,
        message_at=message_at and read_time(message_at),
        voice_seconds=voice_seconds,
        game_day=date.fromisoformat(game_day) if isinstance(game_day, str) else game_day,
        game_xp=game_xp,
    )


def _save(progress: Progress) -> None:
    values = [progress.pk, progress.xp, progress.level, adapt_time(progress.message_at)]
    values += [progress.voice_seconds, progress.game_day and progress.game_day.isoformat()]
    with hot_cursor() as cursor:
        cursor.execute(_SAVE_PROGRESS, [*values, progress.game_xp])


def _gain(wallet: HeldWallet, progress: Progress, xp: int, now: datetime) -> LevelUp | None:
    before = progress.level
    progress.xp += xp
    progress.level = level_of_xp(progress.xp)
    _save(progress)
    if xp:
        add_day_score(Board.XP, wallet.member_id, now.date(), xp)
    if progress.level == before:
        return None
    reached = range(before + 1, progress.level + 1)
    points = _give_points(wallet, reached, now)
    return LevelUp(wallet.member_id, progress.level, points, _give_jackpots(wallet, reached, now))


def _give_points(wallet: HeldWallet, levels: range, now: datetime) -> int:
    """Points for each level, under a key that has one effect in a lifetime."""
    given = 0
    level_points = get_settings().level_points
    for level in levels if level_points else ():
        cause = Cause(
            kind=Entry.Kind.LEVEL,
            key=f"level:{wallet.member_id}:{level}",
            now=now,
            note=str(level),
        )
        given += credit(wallet, level_points * level, cause).amount
    return given


def _give_jackpots(wallet: HeldWallet, levels: range, now: datetime) -> int:
    """One for every fifth level, once in a lifetime too."""
    given = 0
    for level in levels:
        if level % LEVELS_PER_JACKPOT:
            continue
        cause = ItemCause(
            kind=ItemEntry.Cause.LEVEL,
            key=f"level:{wallet.member_id}:{level}",
            now=now,
            note=str(level),
        )
        given += add_item(wallet, Item.Kind.JACKPOT, 1, cause)
    return given
