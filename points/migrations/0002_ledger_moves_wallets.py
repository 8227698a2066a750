"""The ledger's rules, in the database itself.

An entry must continue its wallet's balance, moves it, and never changes; a
balance that no entry explains is refused, whoever writes it.
"""

from django.db import migrations

from project.triggers import Trigger, append_only

CONTINUES = "entry does not continue the balance of its wallet"
UNEXPLAINED = "a balance moves only together with an entry"


class Migration(migrations.Migration):
    dependencies = [("points", "0001_initial")]

    operations = [
        *append_only("points_entry"),
        Trigger(
            "points_entry",
            "points_entry_continues",
            sqlite=f"""BEFORE INSERT ON points_entry WHEN NEW.balance_after IS NOT
                (SELECT balance + NEW.amount FROM points_wallet WHERE member_id = NEW.wallet_id)
                BEGIN SELECT RAISE(ABORT, '{CONTINUES}'); END""",
            postgresql=f"""DECLARE held bigint; BEGIN
                SELECT balance INTO held FROM points_wallet
                    WHERE member_id = NEW.wallet_id FOR NO KEY UPDATE;
                IF NEW.balance_after IS DISTINCT FROM held + NEW.amount THEN
                    RAISE EXCEPTION '{CONTINUES}' USING ERRCODE = '23514';
                END IF;
                RETURN NEW; END""",
        ),
        Trigger(
            "points_entry",
            "points_entry_moves",
            sqlite="""AFTER INSERT ON points_entry BEGIN
                UPDATE points_wallet SET balance = NEW.balance_after
                    WHERE member_id = NEW.wallet_id; END""",
            postgresql="""BEGIN
                UPDATE points_wallet SET balance = NEW.balance_after
                    WHERE member_id = NEW.wallet_id;
                RETURN NULL; END""",
        ),
        Trigger(
            "points_wallet",
            "points_wallet_explained",
            sqlite=f"""BEFORE UPDATE ON points_wallet WHEN NEW.balance IS NOT OLD.balance
                AND NEW.balance IS NOT (SELECT balance_after FROM points_entry
                    WHERE wallet_id = NEW.member_id ORDER BY id DESC LIMIT 1)
                BEGIN SELECT RAISE(ABORT, '{UNEXPLAINED}'); END""",
            postgresql=f"""BEGIN
                IF NEW.balance IS DISTINCT FROM OLD.balance AND NEW.balance IS DISTINCT FROM
                    (SELECT balance_after FROM points_entry
                        WHERE wallet_id = NEW.member_id ORDER BY id DESC LIMIT 1) THEN
                    RAISE EXCEPTION '{UNEXPLAINED}' USING ERRCODE = '23514';
                END IF;
                RETURN NEW; END""",
        ),
        Trigger(
            "points_wallet",
            "points_wallet_empty_at_first",
            sqlite=f"""BEFORE INSERT ON points_wallet WHEN NEW.balance <> 0
                BEGIN SELECT RAISE(ABORT, '{UNEXPLAINED}'); END""",
            postgresql=f"""BEGIN
                IF NEW.balance <> 0 THEN
                    RAISE EXCEPTION '{UNEXPLAINED}' USING ERRCODE = '23514';
                END IF;
                RETURN NEW; END""",
        ),
    ]
