"""The staff gives a member more auto-searches a day, until a date."""

from datetime import datetime, timedelta

from django.db import transaction

from accounts.services import Actor, clean_reason, lock_member, queue_message, record
from points.errors import KeyReused
from vip.auto_search import boost_of
from vip.errors import BoostTooLarge, InvalidBoost
from vip.models import BOOST_MAX, VIP_UNTIL_MAX, AutoSearch, Boost

WARNED_BEFORE = timedelta(hours=2)


@transaction.atomic
def boost_auto_search(
    *,
    member_id: int,
    added: int,
    until: datetime,
    reason: str,
    actor: Actor,
    key: str,
    now: datetime,
) -> Boost:
    """Adds to a boost that is running and lets it end at the later time; replaces one that is
    over. Once per key. It may be given before the member has VIP or has switched auto-search on.

    Raises InvalidBoost, BoostTooLarge, ReasonRequired, MemberGone, KeyReused.
    """
    reason = clean_reason(reason)
    member = lock_member(member_id)
    AutoSearch.objects.get_or_create(pk=member_id)
    row = AutoSearch.objects.select_for_update().get(pk=member_id)
    if done := Boost.objects.filter(key=key).first():
        if (done.member_id, done.added, done.asked_until) != (member_id, added, until):
            raise KeyReused()
        return done
    if not 1 <= added <= BOOST_MAX or not now < until <= VIP_UNTIL_MAX:
        raise InvalidBoost(text=str(added))
    running = boost_of(row.boost, row.boost_until, now)
    if running + added > BOOST_MAX:
        raise BoostTooLarge(boost=running)
    row.boost = running + added
    row.boost_until = max(until, row.boost_until) if running and row.boost_until else until
    # Who had used up the limit goes on at once.
    row.due_at = row.due_at and min(row.due_at, now)
    row.save(update_fields=["boost", "boost_until", "due_at"])
    boost = Boost.objects.create(
        member=member,
        key=key,
        added=added,
        asked_until=until,
        boost_after=row.boost,
        until_after=row.boost_until,
        actor_user_id=actor.user_id,
        actor_label=actor.label[:150],
        reason=reason,
        created_at=now,
    )
    _tell(boost, now)
    record(
        "vip.boost",
        actor=actor,
        member=member,
        reason=reason,
        added=added,
        boost=row.boost,
        until=row.boost_until.isoformat(),
    )
    return boost


def _tell(boost: Boost, now: datetime) -> None:
    member_id, until = boost.member_id, boost.until_after
    queue_message(
        kind="vip.boosted",
        key=f"vip.boosted:{boost.pk}",
        member_id=member_id,
        due_at=now,
        boost=boost.pk,
    )
    if until - now > WARNED_BEFORE:
        # The end is part of the key: one that is moved is warned of anew, and the message of
        # the old one finds nothing to tell.
        queue_message(
            kind="vip.boost_ending",
            key=f"vip.boost_ending:{member_id}:{until.timestamp():.6f}",
            member_id=member_id,
            due_at=until - WARNED_BEFORE,
            until=until.isoformat(),
        )
