"""What an entry earns is counted on its day by the database itself, in the same transaction.

The entry's wallet is locked by whoever posts it: nobody waits for the day's row.
"""

from django.db import migrations

from project.triggers import Trigger

# Transfers, purchases and what staff give are not earned. Games count with their stakes.
EARNED = """('welcome', 'referral', 'daily', 'search', 'level', 'jackpot', 'vouch',
    'game_stake', 'game_payout', 'game_refund', 'game_bonus')"""
# A reversal takes off what its entry brought, on that entry's day.
ADD = """
    INSERT INTO points_dayscore (board, member_id, day, score, is_dirty)
    SELECT 'points', NEW.wallet_id, {day}, NEW.amount, TRUE {source}
    ON CONFLICT (member_id, board, day) DO UPDATE
    SET score = points_dayscore.score + excluded.score, is_dirty = TRUE;
"""


class Migration(migrations.Migration):
    dependencies = [("points", "0016_day_scores")]

    operations = [
        Trigger(
            "points_entry",
            "points_entry_counts",
            sqlite=f"""AFTER INSERT ON points_entry BEGIN
                {
                ADD.format(
                    day="DATE(e.created_at)",
                    source="FROM points_entry e "
                    "WHERE e.id = COALESCE(NEW.reverses_id, NEW.id) AND e.kind IN " + EARNED,
                )
            } END""",
            postgresql=f"""DECLARE earned points_entry := NEW; BEGIN
                IF NEW.reverses_id IS NOT NULL THEN
                    SELECT * INTO earned FROM points_entry WHERE id = NEW.reverses_id;
                END IF;
                IF earned.kind IN {EARNED} THEN
                    {ADD.format(day="(earned.created_at AT TIME ZONE 'UTC')::date", source="")}
                END IF;
                RETURN NULL; END""",
        ),
    ]
