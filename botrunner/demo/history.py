"""Plays thirty days through the services, with the clock of each moment."""

import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from accounts.models import AuditEntry, Member
from accounts.services import (
    Actor,
    Contact,
    accept_invitation,
    ban,
    create_member,
    freeze,
    refresh_member,
    set_language,
    set_notification,
)
from botrunner.demo.games import meet, sit_down
from botrunner.demo.talk import talk
from botrunner.demo.vouches import mark_first, vouch
from numbers.models import Lease, Pool, Provider
from numbers.services import (
    SmsArrival,
    free_rested,
    lease_number,
    receive_sms,
    release_lease,
    settle_expired,
)
from points.services import adjust, claim_daily, reward_referral, transfer, welcome
from project.errors import Refusal
from vip.audience import Audience
from vip.selectors import list_plans
from vip.services import buy_plan, grant_vip

logger = logging.getLogger(__name__)

DAYS = 30
DAILY_INTERVAL = timedelta(hours=24)
STAFF = Actor(AuditEntry.Origin.COMMAND, "demo data")
SENDERS = ("Parcelbox", "Homebank", "Cinetix", "Ridefast", "Mailroom")
GIFTS = ("Won the photo contest", "Helped newcomers", "Thank you for the bug report")
REASONS = ("Early supporter", "Quiz night winner", "Makes up for the outage")


@dataclass
class Story:
    """What the acts of the play need: its dice, its stage and who is on it so far."""

    dice: Random
    pools: list[Pool]
    provider: Provider
    members: list[Member] = field(default_factory=list)
    acts: int = 0

    def next_key(self, kind: str) -> str:
        self.acts += 1
        return f"demo:{kind}:{self.acts}"


Act = Callable[[Story, Member, datetime], object]


def play(story: Story, contacts: list[Contact], now: datetime) -> None:
    """Every act in the order of its time; what a rule refuses did not happen."""
    first = now - timedelta(days=DAYS)
    joins = _spread(story.dice, contacts, first)
    for day in range(DAYS):
        morning = first + timedelta(days=day)
        for moment, contact in joins[day]:
            _join(story, contact, moment)
        for moment, act, member in _plan_day(story, morning):
            try:
                act(story, member, moment)
            except Refusal as refusal:
                logger.debug("Refused in the demo: %s", refusal.code)
        _close_day(morning + timedelta(days=1))
    _punish(story, now)


def _spread(
    dice: Random, contacts: list[Contact], first: datetime
) -> list[list[tuple[datetime, Contact]]]:
    """Most are there within the first week, some come every day after."""
    days: list[list[tuple[datetime, Contact]]] = [[] for _ in range(DAYS)]
    for contact in dice.sample(contacts, len(contacts)):
        day = min(int(dice.expovariate(1 / 9)), DAYS - 1)
        moment = first + timedelta(days=day, seconds=dice.randrange(3_600))
        days[day].append((moment, contact))
    return [sorted(joined, key=lambda pair: pair[0]) for joined in days]


def _plan_day(story: Story, morning: datetime) -> list[tuple[datetime, Act, Member]]:
    plan: list[tuple[datetime, Act, Member]] = []
    for member in story.members:
        for act, chance in CHANCES:
            if story.dice.random() < chance:
                # After the hour of those who join, before the next day's.
                moment = morning + timedelta(seconds=story.dice.randrange(3_700, 84_000))
                plan.append((moment, act, member))
    return sorted(plan, key=lambda step: step[0])


def _join(story: Story, contact: Contact, moment: datetime) -> None:
    member, _ = create_member(contact, now=moment)
    welcome(member.pk, now=moment)
    if story.members and story.dice.random() < 0.35:
        inviter = story.dice.choice(story.members)
        if accept_invitation(member=member, code=inviter.referral_code):
            reward_referral(inviter_id=inviter.pk, invited_id=member.pk, now=moment)
    if contact.language_code in ("fr", "ru", "ar") and story.dice.random() < 0.6:
        set_language(member=member, language=contact.language_code)
    # Nobody is there to be told when it ends.
    set_notification(member=member, kind="vip", is_on=False)
    story.members.append(member)
    mark_first(story, STAFF, moment)


def _see(member: Member, moment: datetime) -> None:
    contact = Contact(
        telegram_id=member.telegram_id or 0,
        first_name=member.first_name,
        last_name=member.last_name,
        username=member.username or "",
        language_code=member.client_language,
    )
    refresh_member(member, contact, now=moment)


def _claim(story: Story, member: Member, moment: datetime) -> None:
    _see(member, moment)
    claim_daily(member_id=member.pk, interval=DAILY_INTERVAL, now=moment)


def _send(story: Story, member: Member, moment: datetime) -> None:
    _see(member, moment)
    transfer(
        sender_id=member.pk,
        receiver_id=story.dice.choice(story.members).pk,
        amount=story.dice.choice((5, 10, 15, 20, 50)),
        key=story.next_key("send"),
        now=moment,
    )


def _gift(story: Story, member: Member, moment: datetime) -> None:
    adjust(
        member_id=member.pk,
        change=story.dice.choice((100, 250, 500, 1_000)),
        reason=story.dice.choice(GIFTS),
        key=story.next_key("gift"),
        actor=STAFF,
        now=moment,
    )


def _buy_vip(story: Story, member: Member, moment: datetime) -> None:
    _see(member, moment)
    plan = story.dice.choice(list_plans()[:2])
    buy_plan(
        member_id=member.pk,
        plan_id=plan.pk,
        quoted_price=plan.price,
        key=story.next_key("vip"),
        now=moment,
    )


def _grant_vip(story: Story, member: Member, moment: datetime) -> None:
    grant_vip(
        audience=Audience.named([member.pk]),
        days=story.dice.choice((3, 7, 14)),
        reason=story.dice.choice(REASONS),
        actor=STAFF,
        key=story.next_key("grant"),
        now=moment,
    )


def _lease(story: Story, member: Member, moment: datetime) -> None:
    """Three in four leases get their SMS; some of the others are given back early."""
    _see(member, moment)
    pool = story.dice.choice(story.pools)
    lease = lease_number(
        member_id=member.pk,
        pool_id=pool.pk,
        price=pool.price,
        key=story.next_key("lease"),
        now=moment,
    )
    later = moment + timedelta(seconds=story.dice.randrange(20, 500))
    if story.dice.random() < 0.75:
        sender, code = story.dice.choice(SENDERS), story.dice.randrange(100_000, 1_000_000)
        arrival = SmsArrival(
            message_id=story.next_key("sms"),
            to_e164=lease.number.e164,
            sender=sender,
            text=f"{sender}: your code is {code}. Do not share it.",
            received_at=later,
        )
        receive_sms(story.provider, arrival, now=later)
    elif story.dice.random() < 0.4:
        release_lease(member_id=member.pk, lease_id=lease.pk, now=later)


def _seen(act: Act) -> Act:
    """Who does this is there."""

    def run(story: Story, member: Member, moment: datetime) -> object:
        _see(member, moment)
        return act(story, member, moment)

    return run


def _close_day(now: datetime) -> None:
    """What the periodic jobs would have done in that time."""
    overdue = Lease.objects.filter(settled_at__isnull=True, expires_at__lte=now)
    for lease_id, member_id in overdue.values_list("pk", "member_id"):
        settle_expired(lease_id=lease_id, member_id=member_id, now=now)
    free_rested(now, limit=1_000)


def _punish(story: Story, now: datetime) -> None:
    offender, suspect = story.dice.sample(story.members, 2)
    ban(member_id=offender.pk, actor=STAFF, reason="Advertising in the group", now=now)
    freeze(member_id=suspect.pk, actor=STAFF, reason="Two accounts, under review", now=now)


def make_provider() -> Provider:
    return Provider.objects.create(slug="demo", secret=secrets.token_urlsafe(32))


# The chance of each act for each member on each day.
CHANCES: tuple[tuple[Act, float], ...] = (
    (_claim, 0.55),
    (_send, 0.10),
    (_gift, 0.03),
    (_buy_vip, 0.15),
    (_grant_vip, 0.015),
    (_lease, 0.15),
    (_seen(vouch), 0.04),
    (_seen(talk), 0.4),
    (_seen(sit_down), 0.25),
    (_seen(meet), 0.08),
)
