"""Items as the ledger: an entry continues its item's quantity and moves it; nothing else does."""

from django.db import migrations

from project.triggers import Trigger

CONTINUES = "entry does not continue the quantity of its item"
UNEXPLAINED = "a quantity moves only together with an entry"


class Migration(migrations.Migration):
    dependencies = [("points", "0022_points_in_games")]

    operations = [
        Trigger(
            "points_itementry",
            "points_itementry_continues",
            sqlite=f"""BEFORE INSERT ON points_itementry WHEN NEW.quantity_after IS NOT
                (SELECT quantity + NEW.change FROM points_item WHERE id = NEW.item_id)
                BEGIN SELECT RAISE(ABORT, '{CONTINUES}'); END""",
            postgresql=f"""DECLARE held bigint; BEGIN
                SELECT quantity INTO held FROM points_item
                    WHERE id = NEW.item_id FOR NO KEY UPDATE;
                IF NEW.quantity_after IS DISTINCT FROM held + NEW.change THEN
                    RAISE EXCEPTION '{CONTINUES}' USING ERRCODE = '23514';
                END IF;
                RETURN NEW; END""",
        ),
        Trigger(
            "points_itementry",
            "points_itementry_moves",
            sqlite="""AFTER INSERT ON points_itementry BEGIN
                UPDATE points_item SET quantity = NEW.quantity_after
                    WHERE id = NEW.item_id; END""",
            postgresql="""BEGIN
                UPDATE points_item SET quantity = NEW.quantity_after
                    WHERE id = NEW.item_id;
                RETURN NULL; END""",
        ),
        Trigger(
            "points_item",
            "points_item_explained",
            sqlite=f"""BEFORE UPDATE ON points_item WHEN NEW.quantity IS NOT OLD.quantity
                AND NEW.quantity IS NOT (SELECT quantity_after FROM points_itementry
                    WHERE item_id = NEW.id ORDER BY id DESC LIMIT 1)
                BEGIN SELECT RAISE(ABORT, '{UNEXPLAINED}'); END""",
            postgresql=f"""BEGIN
                IF NEW.quantity IS DISTINCT FROM OLD.quantity AND NEW.quantity IS DISTINCT FROM
                    (SELECT quantity_after FROM points_itementry
                        WHERE item_id = NEW.id ORDER BY id DESC LIMIT 1) THEN
                    RAISE EXCEPTION '{UNEXPLAINED}' USING ERRCODE = '23514';
                END IF;
                RETURN NEW; END""",
        ),
        Trigger(
            "points_item",
            "points_item_empty_at_first",
            sqlite=f"""BEFORE INSERT ON points_item WHEN NEW.quantity <> 0
                BEGIN SELECT RAISE(ABORT, '{UNEXPLAINED}'); END""",
            postgresql=f"""BEGIN
                IF NEW.quantity <> 0 THEN
                    RAISE EXCEPTION '{UNEXPLAINED}' USING ERRCODE = '23514';
                END IF;
                RETURN NEW; END""",
        ),
    ]
