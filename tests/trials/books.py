"""What must hold after a trial, asked of the database and of what members were shown."""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count, Sum
from django.utils import timezone

from accounts.models import OutboxMessage
from accounts.services import SYSTEM
from botrunner.models import InboxUpdate
from numbers.models import InboundSms, Lease, Number
from points.models import Entry, Seat, Wallet
from points.services import verify_ledger
from tests.trials.crowd import Sms
from tests.trials.telegram import SHOWN, Balancer, Shown, Telegram

# Between Telegram's answer to a call and its mark in the database: a killed process sends
# again what it had not marked. A busy machine is given its time.
UNMARKED_SECONDS = 3.0
FOUND = re.compile(r"searched and found <b>(\d+)")
PAID = re.compile(r"Paid: (\d+)")


class Findings(list[str]):
    """What does not hold, in words; empty when all is well."""

    def check(self, is_so: Any, words: str) -> None:
        if not is_so:
            self.append(words)


def is_quiet() -> str:
    """What is left to do, or nothing."""
    now = timezone.now()
    inbox = InboxUpdate.objects.filter(state__in=["waiting", "handled"]).count()
    outbox = OutboxMessage.objects.filter(state__in=["waiting", "sending"], due_at__lte=now).count()
    return f"{inbox} updates, {outbox} messages" if inbox or outbox else ""


def check_updates(found: Findings, first_id: int, next_id: int) -> None:
    stored = InboxUpdate.objects.filter(update_id__gte=first_id)
    missing = set(range(first_id, next_id)) - set(stored.values_list("update_id", flat=True))
    found.check(not missing, f"{len(missing)} updates were never stored: {sorted(missing)[:5]}")
    for state, error, count in (
        stored.exclude(state="answered").values_list("state", "last_error").annotate(Count("pk"))
    ):
        found.append(f"{count} updates are {state} {error}")


def check_points(found: Findings, initial: int) -> dict[str, int]:
    """What members were told against what the ledger says, and the ledger against itself."""
    check = verify_ledger(actor=SYSTEM, now=timezone.now())
    found.check(not check.faults, f"the ledger has faults: {check.faults[:3]}")
    texts = [
        call["params"].get("text", "")
        for calls in InboxUpdate.objects.values_list("calls", flat=True)
        for call in calls
        if call["method"].lower() in SHOWN
    ]
    finds = [int(words) for text in texts for words in FOUND.findall(text)]
    paid = [int(words) for text in texts for words in PAID.findall(text)]
    seats = Seat.objects.aggregate(staked=Sum("stake"), paid=Sum("payout"), bonus=Sum("bonus"))
    leases = Lease.objects.aggregate(price=Sum("price"))
    refunded = Lease.objects.exclude(refunded_at=None).aggregate(price=Sum("price"))
    kinds = Counter(Entry.objects.values_list("kind", flat=True))
    found.check(len(finds) == kinds["search"], f"{len(finds)} finds were told, {kinds['search']}")
    found.check(len(paid) == kinds["vip"], f"{len(paid)} VIP receipts, {kinds['vip']} entries")
    receipts = sum("You sent <b>" in text for text in texts)
    # A second tap on the same card shows the same receipt again.
    found.check(receipts >= kinds["transfer_out"], f"{receipts} receipts of transfers: {kinds}")
    expected = (
        initial
        + sum(finds)
        - sum(paid)
        - (leases["price"] or 0)
        + (refunded["price"] or 0)
        + (seats["paid"] or 0)
        + (seats["bonus"] or 0)
        - (seats["staked"] or 0)
    )
    held = Wallet.objects.aggregate(sum=Sum("balance"))["sum"]
    found.check(held == expected, f"members hold {held} points and should hold {expected}")
    return {
        "points": held,
        "searches": len(finds),
        "transfers": kinds["transfer_out"],
        "VIP bought": len(paid),
        "games": Seat.objects.count(),
        "leases": Lease.objects.count(),
    }


def check_numbers(found: Findings) -> None:
    spans = defaultdict(list)
    for lease in Lease.objects.order_by("started_at"):
        spans[lease.number_id].append((lease.started_at, lease.ended_at or lease.expires_at))
    doubled = [
        number
        for number, held in spans.items()
        if any(a[1] > b[0] for a, b in zip(held, held[1:], strict=False))
    ]
    found.check(not doubled, f"leased twice: {doubled[:5]}")
    live = set(Lease.objects.filter(ended_at=None).values_list("number_id", flat=True))
    leased = set(Number.objects.filter(state="leased").values_list("pk", flat=True))
    found.check(live == leased, f"leases {live ^ leased} and their numbers disagree")


def check_sms(found: Findings, sent: list[Sms], shown: list[Shown]) -> None:
    stored = {sms.provider_message_id: sms for sms in InboundSms.objects.select_related("lease")}
    found.check(len(stored) == len(sent), f"{len(sent)} SMS were taken, {len(stored)} stored")
    chats = dict(
        Lease.objects.values_list("pk", "member__telegram_id"),
    )
    seen = defaultdict(set)
    for message in shown:
        seen[message.text.partition("Your code is ")[2][:6]].add(message.chat_id)
    for one in sent:
        sms = stored.get(one.message_id)
        if sms is None:
            continue
        at = one.received_at
        holders = [
            lease.pk
            for lease in Lease.objects.filter(number__e164=one.to, started_at__lte=at)
            if (lease.ended_at or lease.expires_at) > at
        ]
        found.check(
            [sms.lease_id] == (holders or [None]), f"{one.message_id}: {sms.lease_id}, {holders}"
        )
        wanted = {chats[sms.lease_id]} if sms.lease_id else set()
        got = seen[one.text[-6:]]
        found.check(got == wanted, f"{one.message_id} is {wanted}'s and was shown to {got}")


def check_outbox(found: Findings) -> int:
    soon = timezone.now() + timedelta(seconds=1)
    left = OutboxMessage.objects.exclude(state="sent").filter(due_at__lte=soon)
    for kind, state, error, count in left.values_list("kind", "state", "last_error").annotate(
        Count("pk")
    ):
        found.append(f"{count} messages {kind} are {state} {error}")
    return OutboxMessage.objects.filter(state="sent").count()


@dataclass(frozen=True, slots=True)
class Excuses:
    """When each process was killed, by its door, and when the database was away."""

    closed_at: dict[int, float]
    away: list[tuple[float, float]]

    def cover(self, message: Shown) -> bool:
        """Its sender was killed before it could mark the call, or never heard that it arrived."""
        closed = self.closed_at.get(message.door, float("inf"))
        # While the database is away nothing can be marked.
        waits = [back for gone, back in self.away if gone - UNMARKED_SECONDS < message.at < back]
        return message.is_untold or closed < max([message.at, *waits]) + UNMARKED_SECONDS


def check_messages(
    found: Findings, telegram: Telegram, balancer: Balancer, excuses: Excuses
) -> int:
    """Nothing recorded was left unsaid; what was said twice has one of the three excuses.

    The two of Excuses, or Telegram delivered the update twice.
    """
    recorded: Counter[tuple[int, str]] = Counter()
    delivered_twice: Counter[tuple[int, str]] = Counter()
    for update_id, calls in InboxUpdate.objects.values_list("update_id", "calls"):
        for call in calls:
            if call["method"].lower() in SHOWN:
                key = (call["params"]["chat_id"], call["params"]["text"])
                recorded[key] += 1
                delivered_twice[key] += max(balancer.passed[update_id] - 1, 0)
    seen = Counter((message.chat_id, message.text) for message in telegram.shown)
    unsaid = recorded - seen
    found.check(not unsaid, f"{unsaid.total()} answers were never shown: {list(unsaid)[:3]}")
    excused: Counter[tuple[int, str]] = Counter(delivered_twice)
    for message in telegram.shown:
        if excuses.cover(message):
            excused[message.chat_id, message.text] += 1
    # What no update asked for: one for each row that was sent.
    unasked = Counter(
        {key: count for key, count in (seen - recorded).items() if key not in recorded}
    )
    doubled = {key: n - recorded[key] for key, n in seen.items() if 0 < recorded[key] < n}
    rows = OutboxMessage.objects.filter(state="sent").count()
    extra = unasked.total() - rows
    pardon = sum(excused[key] for key in unasked)
    found.check(extra >= 0, f"{rows} messages are marked as sent, {unasked.total()} were shown")
    found.check(extra <= pardon, f"{extra} messages of the outbox were shown twice ({pardon})")
    for key, count in doubled.items():
        if count > excused[key]:
            found.append(f"shown {count} times too often: {key[1]!r}, {_history(key, telegram)}")
    return sum(doubled.values()) + max(extra, 0)


def _history(key: tuple[int, str], telegram: Telegram) -> list[tuple[int, float]]:
    return [(m.door, round(m.at, 1)) for m in telegram.shown if (m.chat_id, m.text) == key]
