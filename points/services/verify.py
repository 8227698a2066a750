"""Re-sums the whole ledger and says what does not add up. It alerts and never heals."""

import logging
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils.module_loading import import_string

from accounts.services import Actor, record
from points.models import LedgerCheck

from .game_checks import GAME_QUESTIONS, GAME_TOTALS
from .item_checks import ITEM_QUESTIONS
from .vouch_checks import VOUCH_QUESTIONS

logger = logging.getLogger(__name__)

# Of each kind of fault: enough to see what happened.
FAULTS_LISTED_MAX = 100

# Each question is one statement, so it sees one moment of a ledger that goes on living,
# and the database streams through it: memory does not grow with the ledger.
_QUESTIONS = {
    "balance_is_not_the_sum": """
        SELECT w.member_id AS wallet, w.balance AS found, COALESCE(s.total, 0) AS expected
        FROM points_wallet w LEFT JOIN (
            SELECT wallet_id, SUM(amount) AS total FROM points_entry GROUP BY wallet_id
        ) s ON s.wallet_id = w.member_id
        WHERE w.balance <> COALESCE(s.total, 0)
    """,
    "chain_is_broken": """
        SELECT wallet_id AS wallet, id AS entry, balance_after AS found, expected FROM (
            SELECT wallet_id, id, balance_after, amount + COALESCE(
                LEAD(balance_after) OVER (PARTITION BY wallet_id ORDER BY id DESC), 0
            ) AS expected FROM points_entry
        ) chain WHERE balance_after <> expected
    """,
    "balance_is_negative": """
        SELECT member_id AS wallet, balance AS found FROM points_wallet WHERE balance < 0
    """,
    "entry_is_negative": """
        SELECT wallet_id AS wallet, id AS entry, balance_after AS found
        FROM points_entry WHERE balance_after < 0
    """,
    "transfer_is_one_sided": """
        SELECT e.wallet_id AS wallet, e.id AS entry, e.amount AS found FROM points_entry e
        LEFT JOIN points_entry o ON o.key = CASE e.kind
            WHEN 'transfer_out' THEN SUBSTR(e.key, 1, LENGTH(e.key) - 4) || ':in'
            ELSE SUBSTR(e.key, 1, LENGTH(e.key) - 3) || ':out' END
        WHERE e.kind IN ('transfer_out', 'transfer_in')
            AND COALESCE(o.amount, 0) + e.amount <> 0
    """,
    **GAME_QUESTIONS,
    **ITEM_QUESTIONS,
    **VOUCH_QUESTIONS,
}
# A move between members or into and out of a game makes and burns nothing by itself.
_TOTALS = f"""
    SELECT w.wallets, w.held, g.in_games, e.entries,
        e.minted + g.minted AS minted, e.burnt + g.burnt AS burnt FROM
    (SELECT COUNT(*) AS wallets, COALESCE(SUM(balance), 0) AS held FROM points_wallet) w,
    (SELECT COUNT(*) AS entries,
        COALESCE(SUM(CASE WHEN own = 1 AND amount > 0 THEN amount END), 0) AS minted,
        COALESCE(-SUM(CASE WHEN own = 1 AND amount < 0 THEN amount END), 0) AS burnt
    FROM (SELECT amount, CASE WHEN kind IN ('transfer_out', 'transfer_in', 'game_stake',
        'game_payout', 'game_refund', 'game_bonus') THEN 0 ELSE 1 END AS own
        FROM points_entry) kinds) e,
    ({GAME_TOTALS}) g
"""  # noqa: S608  both are words of our own


def verify_ledger(*, actor: Actor, now: datetime) -> LedgerCheck:
    """Checks every wallet, entry, game, vouch and payment and keeps the result.

    Not one transaction: on SQLite it would keep everybody else from writing meanwhile.
    """
    faults = [
        {"fault": fault, **row}
        for questions in (_QUESTIONS, *map(import_string, settings.LEDGER_QUESTIONS))
        for fault, sql in questions.items()
        for row in _list_faults(sql)
    ]
    totals = _ask(_TOTALS)[0]
    found, expected = totals.pop("held") + totals["in_games"], totals["minted"] - totals["burnt"]
    if found != expected:
        faults.append({"fault": "totals_differ", "found": found, "expected": expected})
    check = LedgerCheck(**totals, faults=faults, created_at=now)
    _keep(check, actor)
    return check


@transaction.atomic
def _keep(check: LedgerCheck, actor: Actor) -> None:
    check.save()
    if not check.faults:
        return
    kinds = sorted({str(fault["fault"]) for fault in check.faults})
    logger.error("ledger check %s found %s faults: %s", check.pk, len(check.faults), kinds)
    record(
        "points.ledger_faults",
        actor=actor,
        target=f"ledger check {check.pk}",
        count=len(check.faults),
        kinds=kinds,
    )


def _list_faults(sql: str) -> list[dict[str, Any]]:
    return _ask(f"{sql} LIMIT {FAULTS_LISTED_MAX}")


def _ask(sql: str) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        names = [column[0] for column in cursor.description]
        # PostgreSQL sums big integers as decimals.
        return [dict(zip(names, map(int, row), strict=True)) for row in cursor.fetchall()]
