"""What a member allows himself is laxer only after its time; a pause only grows."""

from django.db import migrations, models

from project.triggers import Trigger


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_unranked_members"),
        ("points", "0026_one_blackjack_table"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="playlimits",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("daily_loss_max__isnull", True), ("daily_loss_max__gte", 1), _connector="OR"
                ),
                name="playlimits_loss_positive",
            ),
        ),
        migrations.AddConstraint(
            model_name="playlimits",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("changes_at__isnull", True), ("next_daily_loss_max__isnull", True)),
                    models.Q(
                        ("changes_at__isnull", False),
                        ("daily_loss_max__isnull", False),
                        models.Q(
                            ("next_daily_loss_max__isnull", True),
                            ("next_daily_loss_max__gt", models.F("daily_loss_max")),
                            _connector="OR",
                        ),
                    ),
                    _connector="OR",
                ),
                name="playlimits_only_laxer_waits",
            ),
        ),
        Trigger(
            "points_playlimits",
            "points_playlimits_pause_stays",
            sqlite="""BEFORE UPDATE ON points_playlimits
                WHEN OLD.paused_until IS NOT NULL
                    AND (NEW.paused_until IS NULL OR NEW.paused_until < OLD.paused_until)
                BEGIN SELECT RAISE(ABORT, 'a pause is never shortened'); END""",
            postgresql="""BEGIN
                IF OLD.paused_until IS NOT NULL
                    AND (NEW.paused_until IS NULL OR NEW.paused_until < OLD.paused_until)
                THEN
                    RAISE EXCEPTION 'a pause is never shortened' USING ERRCODE = '23001';
                END IF;
                RETURN NEW; END""",
        ),
    ]
