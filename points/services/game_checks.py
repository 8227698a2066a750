"""What verify_ledger asks of games: each moved exactly the points that its seats name."""

# By the keys of Game.entry_key. With the kinds named, the database reads the entries of games
# alone (index entry_of_kind).
GAME_QUESTIONS = {
    # A stake that was raised has a second entry.
    "stake_was_not_taken": """
        SELECT s.game_id AS game, s.member_id AS wallet, s.stake AS expected,
            -COALESCE(t.amount, 0) - COALESCE(r.amount, 0) AS found
        FROM points_seat s
        LEFT JOIN points_entry t ON t.kind = 'game_stake' AND t.wallet_id = s.member_id
            AND t.key = 'game:' || s.game_id || ':' || s.member_id || ':stake'
        LEFT JOIN points_entry r ON r.kind = 'game_stake' AND r.wallet_id = s.member_id
            AND r.key = 'game:' || s.game_id || ':' || s.member_id || ':raise'
        WHERE s.stake <> -COALESCE(t.amount, 0) - COALESCE(r.amount, 0)
    """,
    # A seat of an unfinished game has no payout: what was staked lies there whole.
    "game_paid_something_else": """
        SELECT s.game_id AS game, s.member_id AS wallet, s.payout + s.bonus AS expected,
            COALESCE(e.amount, 0) + COALESCE(b.amount, 0) AS found
        FROM points_seat s
        LEFT JOIN points_entry e ON e.kind IN ('game_payout', 'game_refund')
            AND e.wallet_id = s.member_id
            AND e.key = 'game:' || s.game_id || ':' || s.member_id || ':end'
        LEFT JOIN points_entry b ON b.kind = 'game_bonus' AND b.wallet_id = s.member_id
            AND b.key = 'game:' || s.game_id || ':' || s.member_id || ':bonus'
        WHERE s.payout <> COALESCE(e.amount, 0) OR s.bonus <> COALESCE(b.amount, 0)
    """,
    "seat_outlives_its_game": """
        SELECT s.game_id AS game, s.member_id AS wallet, s.stake AS found
        FROM points_seat s JOIN points_game g ON g.id = s.game_id
        WHERE (s.finished_at IS NULL) <> (g.finished_at IS NULL)
    """,
    # What players win from each other, and what comes back, was staked by them.
    "stakes_are_not_conserved": """
        SELECT s.game_id AS game, SUM(s.payout) AS found, SUM(s.stake) AS expected
        FROM points_seat s JOIN points_game g ON g.id = s.game_id
        WHERE g.finished_at IS NOT NULL
            AND (g.kind IN ('duel', 'rps', 'pot') OR g.state = 'refunded')
        GROUP BY s.game_id HAVING SUM(s.payout) <> SUM(s.stake)
    """,
}

# What lies in an unfinished game is neither made nor burnt. A game that is over has made what
# it paid beyond the stakes, or burnt what it kept of them: its players' wins and losses cancel
# each other out.
GAME_TOTALS = """
    SELECT COALESCE(SUM(held), 0) AS in_games,
        COALESCE(SUM(CASE WHEN net > 0 THEN net END), 0) AS minted,
        COALESCE(-SUM(CASE WHEN net < 0 THEN net END), 0) AS burnt
    FROM (
        SELECT SUM(CASE WHEN finished_at IS NULL THEN stake ELSE 0 END) AS held,
            SUM(CASE WHEN finished_at IS NULL THEN 0 ELSE payout + bonus - stake END) AS net
        FROM points_seat GROUP BY game_id
    ) games
"""
