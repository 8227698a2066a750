"""A game that is over never changes; who may look at games, and end one early."""

from django.db import migrations

from project.permissions import JUNIOR, SENIOR, give_permissions
from project.triggers import Trigger


def unchanging(table: str) -> list[Trigger]:
    """Rows with `finished_at` set refuse UPDATE; no row can be deleted."""
    return [
        Trigger(
            table,
            f"{table}_no_update",
            sqlite=f"""BEFORE UPDATE ON {table} WHEN OLD.finished_at IS NOT NULL
                BEGIN SELECT RAISE(ABORT, 'a game that is over never changes'); END""",
            postgresql="""BEGIN
                IF OLD.finished_at IS NOT NULL THEN
                    RAISE EXCEPTION 'a game that is over never changes' USING ERRCODE = '23001';
                END IF;
                RETURN NEW; END""",
        ),
        Trigger(
            table,
            f"{table}_no_delete",
            sqlite=f"""BEFORE DELETE ON {table}
                BEGIN SELECT RAISE(ABORT, 'games stay'); END""",
            postgresql="BEGIN RAISE EXCEPTION 'games stay' USING ERRCODE = '23001'; END",
        ),
    ]


class Migration(migrations.Migration):
    dependencies = [
        ("points", "0014_games"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    # Backwards the groups keep what they have: another hand may have given it.
    operations = [
        *unchanging("points_game"),
        *unchanging("points_seat"),
        migrations.RunPython(
            give_permissions(
                "points",
                {
                    JUNIOR: ("view_game", "view_seat", "view_multiplier", "view_playlimits"),
                    SENIOR: ("cancel_game",),
                },
            ),
            migrations.RunPython.noop,
        ),
    ]
