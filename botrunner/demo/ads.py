"""The sandbox's ad network in use, and a month of ads that members of the demo watched."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from random import Random

from accounts.models import Member
from botrunner.sandbox.ads import KEY
from vip.models import AdNetwork, Membership, Pass, PassDay
from vip.selectors import SANDBOX_SLUG
from vip.tokens import hash_token, make_token, new_alias

_DAYS = 30
_HOURS = timedelta(hours=12)


def set_up_network() -> AdNetwork:
    return AdNetwork.objects.create(
        slug=SANDBOX_SLUG,
        is_active=True,
        address="{sandbox}/ads/api",
        key=KEY,
        answer_field="shortenedUrl",
    )


def watch_ads(network: AdNetwork, members: Sequence[Member], dice: Random, now: datetime) -> None:
    """Some of those who ask for a link watch the ad to its end. All their premium is over."""
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    for day in (today - timedelta(days=ago) for ago in range(2, _DAYS)):
        there = [member for member in members if member.joined_at < day]
        fans = dice.sample(there, min(dice.randint(2, 9), len(there)))
        rows = [
            _watched(network, fan, day + timedelta(minutes=dice.randint(0, 600))) for fan in fans
        ]
        Pass.objects.bulk_create(rows)
        for row in rows:
            Membership.objects.update_or_create(
                member_id=row.member_id, defaults={"premium_until": row.until_after}
            )
        unused = dice.randint(4, 14)
        PassDay.objects.create(
            day=day.astimezone(UTC).date(), offered=unused, opened=dice.randint(2, unused)
        )


def _watched(network: AdNetwork, member: Member, at: datetime) -> Pass:
    alias, back_at = new_alias(), at + timedelta(minutes=2)
    return Pass(
        member=member,
        network=network,
        alias=alias,
        token_hash=hash_token(make_token(member_id=member.pk, alias=alias)),
        is_current=False,
        offered_at=at,
        opened_at=at + timedelta(seconds=1),
        expires_at=at + timedelta(hours=1),
        granted_at=back_at,
        granted_day=back_at.astimezone(UTC).date(),
        day_number=1,
        until_after=back_at + _HOURS,
    )
