"""What the tests of auto-search share."""

from datetime import UTC, datetime, timedelta
from random import Random

from accounts.models import Member, OutboxMessage
from accounts.services import COMMAND
from botrunner.perks import search_perks
from points.models import Entry
from tests.factories import make_member
from vip.models import AutoSearch, Boost, Membership, VipSettings
from vip.services import boost_auto_search, search_for_due, set_auto_search, tell_finds

NOW = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
# Of VIP.
WAIT = timedelta(seconds=150)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def make_seeker(*, left: timedelta = 30 * DAY, now: datetime = NOW, **fields) -> Member:
    """A VIP who has switched auto-search on."""
    member = make_member(**fields)
    Membership.objects.create(member=member, vip_until=now + left)
    set_auto_search(member_id=member.pk, is_on=True, now=now)
    return member


def look(now: datetime, **more) -> int:
    """What a worker does in one look."""
    seen = search_for_due(now=now, perks=search_perks(is_vip=True), **{"chance": Random(1), **more})
    tell_finds(now=now)
    return seen


def look_all(start: datetime, span: timedelta, step: timedelta = WAIT) -> None:
    """Looks again and again, as the clock does."""
    now = start
    while now <= start + span:
        look(now)
        now += step


def times_of(member: Member) -> list[datetime]:
    """When the bot has searched for him."""
    entries = Entry.objects.filter(wallet=member.pk, key__startswith="search:auto:")
    return list(entries.order_by("id").values_list("created_at", flat=True))


def row_of(member: Member) -> AutoSearch:
    return AutoSearch.objects.get(pk=member.pk)


def told(member: Member, kind: str) -> list[dict[str, object]]:
    messages = OutboxMessage.objects.filter(member=member, kind=f"vip.{kind}")
    return list(messages.order_by("pk").values_list("params", flat=True))


def set_limit(searches: int) -> None:
    VipSettings.objects.update_or_create(pk=1, defaults={"auto_search_daily_max": searches})


def give_boost(
    member: Member,
    added: int = 10,
    until: datetime = NOW + 5 * DAY,
    now: datetime = NOW,
    key: str = "b1",
    reason: str = "birthday",
) -> Boost:
    return boost_auto_search(
        member_id=member.pk,
        added=added,
        until=until,
        reason=reason,
        actor=COMMAND,
        key=key,
        now=now,
    )
