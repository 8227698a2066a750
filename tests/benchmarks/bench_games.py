"""play_slots against the same bet as one transaction by hand with psycopg or sqlite3.

python -m tests.benchmarks.bench_games [--postgres] [--rounds 9] [--calls 300]
"""

import argparse
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tests.benchmarks.bench_purchase import connect
from tests.benchmarks.harness import compare, fresh_database

MEMBERS = 100
STAKE = 10
FLOOR_RATIO = 0.5

# What a bet cannot do without, in the fewest statements.
WALLET = (
    "SELECT w.balance, m.frozen_at, m.banned_at FROM points_wallet w"
    " JOIN accounts_member m ON m.id = w.member_id WHERE w.member_id = %s"
)
BOUNDS = (
    "SELECT (SELECT game_stake_max FROM points_pointssettings),"
    " (SELECT game_xp_daily_max FROM points_pointssettings),"
    " l.daily_loss_max, l.paused_until, x.games_left, x.factor, p.xp, p.level, p.game_day,"
    " p.game_xp"
    " FROM points_progress p LEFT JOIN points_playlimits l ON l.member_id = p.member_id"
    " LEFT JOIN points_multiplier x ON x.member_id = p.member_id WHERE p.member_id = %s"
)
GAME = (
    "INSERT INTO points_game (kind, state, key, starter_id, stake, seed, choices, result,"
    " created_at, finished_at) VALUES ('slots', 'settled', %s, %s, %s, %s, '{}', %s, %s, %s)"
    " RETURNING id"
)
SEAT = (
    "INSERT INTO points_seat (game_id, member_id, stake, secret, outcome, payout, multiplier,"
    " bonus, xp, joined_at, finished_at) VALUES (%s, %s, %s, '', %s, %s, 1, 0, %s, %s, %s)"
)
ENTRY = (
    "INSERT INTO points_entry (wallet_id, amount, balance_after, kind, key, actor_label, note,"
    " created_at) VALUES (%s, %s, %s, %s, %s, '', '', %s)"
)
PROGRESS = (
    "UPDATE points_progress SET xp = xp + %s, level = %s, game_day = %s, game_xp = %s"
    " WHERE member_id = %s"
)

DAY_SCORE = (
    "INSERT INTO points_dayscore (board, member_id, day, score, is_dirty)"
    " VALUES ('xp', %s, %s, %s, TRUE) ON CONFLICT (member_id, board, day) DO UPDATE"
    " SET score = points_dayscore.score + excluded.score, is_dirty = TRUE"
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--postgres", action="store_true")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--calls", type=int, default=300)
    words = parser.parse_args()
    with fresh_database(postgres=words.postgres):
        member_ids = make_rows(words.rounds * words.calls * 4)
        with by_hand(words.postgres, member_ids) as floor:
            name = f"bet on {'PostgreSQL' if words.postgres else 'SQLite'}"
            service = by_service(member_ids)
            ratio = compare(name, service, floor, rounds=words.rounds, calls=words.calls)
    if ratio < FLOOR_RATIO:
        raise SystemExit(f"below {FLOOR_RATIO}")


def make_rows(bets: int) -> list[int]:
    """XP without a daily limit: a bet that earns none would be less work for both."""
    from points.models import PointsSettings, Progress
    from tests.factories import make_member

    PointsSettings.objects.create(game_xp_daily_max=10**6)
    members = [make_member(points=bets * STAKE) for _ in range(MEMBERS)]
    # So high a level that none is reached meanwhile.
    Progress.objects.bulk_create(
        Progress(member=member, xp=50 * 10_000 * 9_999, level=10_000) for member in members
    )
    return [member.pk for member in members]


def by_service(member_ids: list[int]) -> Callable[[int], None]:
    from django.utils import timezone

    from points.services import play_slots

    def play(number: int) -> None:
        play_slots(
            member_id=member_ids[number % MEMBERS],
            stake=STAKE,
            operation_id=f"service{number}",
            now=timezone.now(),
        )

    return play


@contextmanager
def by_hand(postgres: bool, member_ids: list[int]) -> Iterator[Callable[[int], None]]:
    connection, adapt = connect(postgres)
    from django.utils import timezone

    from points.games import slots
    from points.games.fairness import Draws, seed_of

    statements = [WALLET + (" FOR UPDATE OF w" if postgres else ""), BOUNDS, GAME, SEAT, ENTRY]
    statements += [PROGRESS, DAY_SCORE]
    if not postgres:
        statements = [statement.replace("%s", "?") for statement in statements]
    wallet, bounds, game, seat, entry, progress, day_score = statements

    def play(number: int) -> None:
        member_id, key = member_ids[number % MEMBERS], f"hand:{number}"
        moment = timezone.now()
        now = adapt(moment)
        cursor = connection.cursor()
        cursor.execute("BEGIN" if postgres else "BEGIN IMMEDIATE")
        balance = cursor.execute(wallet, (member_id,)).fetchone()[0]
        *_, level, _day, game_xp = cursor.execute(bounds, (member_id,)).fetchone()
        seed = seed_of(member_id, key)
        reels = slots.spin(Draws(seed))
        paid = slots.payout(reels, STAKE)
        outcome, xp = ("win", 15) if paid > STAKE else ("loss", 5)
        result = json.dumps({"reels": reels})
        values = (key, member_id, STAKE, seed, result, now, now)
        game_id = cursor.execute(game, values).fetchone()[0]
        cursor.execute(seat, (game_id, member_id, STAKE, outcome, paid, xp, now, now))
        for kind, amount in (("game_stake", -STAKE), ("game_payout", paid)):
            if amount:
                balance += amount
                cursor.execute(entry, (member_id, amount, balance, kind, f"{key}:{kind}", now))
        today = str(moment.date())
        cursor.execute(progress, (xp, level, today, game_xp + xp, member_id))
        cursor.execute(day_score, (member_id, today, xp))
        cursor.execute("COMMIT")

    try:
        yield play
    finally:
        connection.close()


if __name__ == "__main__":
    main()
