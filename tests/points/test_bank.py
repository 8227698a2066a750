"""The bank under fire, on real PostgreSQL: many at once, and beside it what happens unlocked."""

import random
from collections import Counter
from contextlib import suppress
from datetime import timedelta
from functools import partial

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.models import Sum

from accounts.services import SYSTEM
from botrunner.pipeline import handle_update
from points.errors import PotOpen
from points.models import Entry, Game, PointsSettings, Seat, Wallet
from points.services import (
    accept_challenge,
    adjust,
    challenge,
    choose_move,
    claim_daily,
    end_due_games,
    hit,
    join_pot,
    open_pot,
    play_roulette,
    play_slots,
    start_blackjack,
    transfer,
    verify_ledger,
)
from project.errors import Refusal
from tests import concurrency
from tests.concurrency import run_together
from tests.factories import make_member
from tests.phone import Phone
from tests.points.conftest import NOW
from vip.models import Grant, Plan
from vip.services import Audience, buy_plan, grant_vip

pytestmark = [pytest.mark.postgres, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

WORKERS, MEMBERS, ACTS, GAMES = 32, 12, 10_000, 2_000


@pytest.fixture(autouse=True)
def _patient(monkeypatch):
    monkeypatch.setattr(concurrency, "PATIENCE_SECONDS", 300.0)


@pytest.fixture
def members():
    PointsSettings.objects.create(transfer_daily_max=10**12)
    return [make_member(points=500, username=f"member_{n}") for n in range(MEMBERS)]


def work(members, plan, seed: int) -> Counter:
    """One worker's share of random acts, some of them refused, some under a key used before."""
    dice, done = random.Random(seed), Counter()
    for number in range(ACTS // WORKERS + 1):
        first, second = dice.sample(members, 2)
        key = f"op:{seed}:{number - dice.randrange(10) // 9}"
        act = dice.choices(("transfer", "buy", "adjust", "grant"), (80, 10, 8, 2))[0]
        with suppress(Refusal):
            do(act, first, second, plan, key, dice.randrange(1, 400))
            done[act] += 1
    return done


def do(act, first, second, plan, key, amount):
    if act == "transfer":
        transfer(sender_id=first.pk, receiver_id=second.pk, amount=amount, key=key, now=NOW)
    elif act == "buy":
        buy_plan(member_id=first.pk, plan_id=plan.pk, quoted_price=plan.price, key=key, now=NOW)
    elif act == "adjust":
        change = amount - 200
        adjust(member_id=first.pk, change=change, reason="x", key=key, actor=SYSTEM, now=NOW)
    else:
        audience = Audience.named([first.pk, second.pk])
        grant_vip(audience=audience, days=1, reason="x", actor=SYSTEM, key=key, now=NOW)


def test_no_point_is_made_or_lost_by_32_workers(members):
    plan = Plan.objects.create(code="test", days=1, price=150)

    results = run_together(*(partial(work, members, plan, seed) for seed in range(WORKERS)))

    assert [result for result in results if isinstance(result, Exception)] == []
    done = sum(results, Counter())
    assert min(done.values()) > 0
    assert set(done) == {"transfer", "buy", "adjust", "grant"}
    check = verify_ledger(actor=SYSTEM, now=NOW)
    assert check.faults == []
    held = Wallet.objects.aggregate(total=Sum("balance"))["total"]
    assert held == check.minted - check.burnt
    assert not Wallet.objects.filter(balance__lt=0).exists()
    purchases = Entry.objects.filter(kind="vip").count()
    assert Grant.objects.filter(kind=Grant.Kind.PURCHASE).count() == purchases


def play(members, seed: int) -> Counter:
    """One worker's share of games, against the others' at the same few tables and wallets."""
    dice, done = random.Random(seed), Counter()
    for number in range(GAMES // WORKERS + 1):
        first, second = dice.sample(members, 2)
        kind = dice.choice(Game.Kind.values)
        with suppress(Refusal):
            start(kind, first, second, f"{seed}x{number}", dice)
            done[kind] += 1
    return done


def start(kind, first, second, operation_id, dice):
    words = {"member_id": first.pk, "stake": dice.choice([1, 7, 50]), "operation_id": operation_id}
    words |= {"now": NOW}
    group = -1001 - dice.randrange(3)
    if kind in (Game.Kind.DUEL, Game.Kind.RPS):
        turn = challenge(kind=kind, opponent_id=second.pk, chat_telegram_id=group, **words)
        game_id = turn.table.game.pk
        accept_challenge(game_id=game_id, member_id=second.pk, now=NOW)
        for player in (first, second) if kind == Game.Kind.RPS else ():
            move = dice.choice(["rock", "paper", "scissors"])
            later = NOW + timedelta(seconds=2)
            choose_move(game_id=game_id, member_id=player.pk, move=move, now=later)
    elif kind == Game.Kind.POT:
        with suppress(PotOpen):
            open_pot(chat_telegram_id=group, **words)
        for game in Game.objects.filter(chat_telegram_id=group, kind="pot", state="open"):
            join_pot(game_id=game.pk, member_id=second.pk, stake=7, now=NOW)
    elif kind == Game.Kind.BLACKJACK:
        table = start_blackjack(**words)
        if not table.game.is_finished:
            hit(member_id=first.pk, game_id=table.game.pk, moves_made=0, now=NOW)
    elif kind == Game.Kind.ROULETTE:
        play_roulette(bet="red", **words)
    else:
        play_slots(**words)
        # Somebody's clock runs ahead: pots are drawn and tables stood for in the middle of it.
        end_due_games(now=NOW + timedelta(hours=dice.randrange(2)), limit=3)


def test_no_point_is_made_or_lost_at_the_tables(members):
    results = run_together(*(partial(play, members, seed) for seed in range(WORKERS)))

    assert [result for result in results if isinstance(result, Exception)] == []
    assert set(sum(results, Counter())) == set(Game.Kind.values)
    while end_due_games(now=NOW + timedelta(days=1), limit=1_000):
        pass
    assert not Game.objects.filter(finished_at=None).exists()
    assert set(Game.objects.filter(state="settled").values_list("kind", flat=True)) == set(
        Game.Kind.values
    )
    assert verify_ledger(actor=SYSTEM, now=NOW).faults == []
    between = Seat.objects.filter(game__kind__in=["duel", "rps", "pot"])
    sums = between.aggregate(staked=Sum("stake"), paid=Sum("payout"))
    assert sums["staked"] == sums["paid"]


@pytest.fixture
def scratch():
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE scratch (id int PRIMARY KEY, balance bigint)")
        cursor.execute("INSERT INTO scratch SELECT id, 1000 FROM generate_series(0, 3) id")
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE scratch")


def move_by_hand(lock: str, seed: int) -> None:
    """Read, compute, write: right with the lock, wrong without it."""
    dice = random.Random(seed)
    for _ in range(40):
        pair = sorted(dice.sample(range(4), 2))
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                f"SELECT id, balance FROM scratch WHERE id IN (%s, %s) ORDER BY id {lock}", pair
            )
            held = dict(cursor.fetchall())
            for number, change in zip(pair, (-1, 1), strict=True):
                cursor.execute(
                    "UPDATE scratch SET balance = %s WHERE id = %s", [held[number] + change, number]
                )


@pytest.mark.parametrize(("lock", "is_whole"), [("FOR UPDATE", True), ("", False)])
def test_control_without_the_lock_points_are_lost(scratch, lock, is_whole):
    results = run_together(*(partial(move_by_hand, lock, seed) for seed in range(16)))

    assert results == [None] * 16
    with connection.cursor() as cursor:
        cursor.execute("SELECT SUM(balance) FROM scratch")
        assert (cursor.fetchone()[0] == 4000) is is_whole


def test_control_without_its_lock_the_ledger_is_kept_by_the_triggers(members, monkeypatch):
    """The race is there, and the database refuses what it would do."""
    monkeypatch.setattr(connection.features.__class__, "has_select_for_update", False)
    ann, boris = members[:2]

    def send(number):
        transfer(sender_id=ann.pk, receiver_id=boris.pk, amount=1, key=f"op:{number}", now=NOW)

    results = run_together(*(partial(send, number) for number in range(WORKERS)))

    refused = [result for result in results if result is not None]
    assert refused
    assert {type(result) for result in refused} <= {IntegrityError, OperationalError}
    assert verify_ledger(actor=SYSTEM, now=NOW).faults == []


def test_twenty_presses_of_one_confirm_are_one_transfer(members):
    ann, boris = members[:2]
    phone = Phone(ann)
    phone.say(f"/send @{boris.username} 40")
    data = phone.data_of("Confirm")

    def press(number):
        query = {
            "id": str(number),
            "from": phone.user,
            "message": {"message_id": 1, "date": 0, "chat": phone.chat},
            "data": data,
        }
        with transaction.atomic():
            calls = handle_update({"update_id": 10**6 + number, "callback_query": query}, NOW)
        return calls[0]["params"]["text"]

    texts = run_together(*(partial(press, number) for number in range(20)))

    assert set(texts) == {texts[0]}
    assert "You sent <b>40 points</b>" in texts[0]
    assert Entry.objects.filter(kind="transfer_out").count() == 1
    assert Wallet.objects.get(pk=ann.pk).balance == 460


def test_twenty_claims_at_once_are_one_bonus(members):
    ann = members[0]

    def claim():
        with suppress(Refusal):
            return claim_daily(member_id=ann.pk, interval=timedelta(hours=24), now=NOW).amount

    results = run_together(*[claim] * 20)

    assert sorted(results, key=str) == [25, *[None] * 19]
    assert Wallet.objects.get(pk=ann.pk).balance == 525


def test_two_who_send_to_each_other_do_not_block_each_other(members):
    ann, boris = members[:2]

    def send(number):
        sender, receiver = (ann, boris) if number % 2 else (boris, ann)
        for turn in range(10):
            transfer(
                sender_id=sender.pk,
                receiver_id=receiver.pk,
                amount=1,
                key=f"op:{number}:{turn}",
                now=NOW,
            )

    assert run_together(*(partial(send, number) for number in range(16))) == [None] * 16
