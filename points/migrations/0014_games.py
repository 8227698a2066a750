"""Games, their seats, multipliers that are switched on, and limits of one's own."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0006_unranked_members"), ("points", "0013_game_numbers")]

    operations = [
        migrations.CreateModel(
            name="PlayLimits",
            fields=[
                (
                    "member",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="play_limits",
                        serialize=False,
                        to="accounts.member",
                    ),
                ),
                ("daily_loss_max", models.PositiveBigIntegerField(blank=True, null=True)),
                ("next_daily_loss_max", models.PositiveBigIntegerField(blank=True, null=True)),
                ("changes_at", models.DateTimeField(blank=True, null=True)),
                ("paused_until", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name_plural": "play limits",
            },
        ),
        migrations.CreateModel(
            name="Game",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("roulette", "Roulette"),
                            ("blackjack", "Blackjack"),
                            ("slots", "Slots"),
                            ("duel", "Duel"),
                            ("rps", "Rock, paper, scissors"),
                            ("pot", "Pot"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Waiting for players"),
                            ("playing", "Being played"),
                            ("settled", "Settled"),
                            ("refunded", "Refunded"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "key",
                    models.CharField(help_text="One game per key.", max_length=120, unique=True),
                ),
                ("chat_telegram_id", models.BigIntegerField(blank=True, null=True)),
                (
                    "stake",
                    models.PositiveBigIntegerField(help_text="The starter's, as the game began."),
                ),
                ("seed", models.CharField(blank=True, max_length=64)),
                ("choices", models.JSONField(default=dict)),
                ("result", models.JSONField(default=dict)),
                (
                    "due_at",
                    models.DateTimeField(
                        blank=True, help_text="When an unfinished game ends by itself.", null=True
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                (
                    "opponent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.member",
                    ),
                ),
                (
                    "starter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="started_games",
                        to="accounts.member",
                    ),
                ),
            ],
            options={
                "permissions": [("cancel_game", "Can cancel games")],
            },
        ),
        migrations.CreateModel(
            name="Multiplier",
            fields=[
                (
                    "member",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="multiplier",
                        serialize=False,
                        to="accounts.member",
                    ),
                ),
                ("factor", models.PositiveSmallIntegerField()),
                ("games_left", models.PositiveSmallIntegerField()),
                ("activated_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("factor__in", [2, 3])), name="multiplier_factor_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("games_left__lte", 2)), name="multiplier_games_bounded"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Seat",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("stake", models.PositiveBigIntegerField()),
                ("secret", models.CharField(blank=True, max_length=16)),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "Not yet"),
                            ("win", "Won"),
                            ("loss", "Lost"),
                            ("draw", "Drawn"),
                            ("refund", "Refunded"),
                        ],
                        default="",
                        max_length=8,
                    ),
                ),
                ("payout", models.PositiveBigIntegerField(default=0)),
                ("multiplier", models.PositiveSmallIntegerField(default=1)),
                ("bonus", models.PositiveBigIntegerField(default=0)),
                ("xp", models.PositiveIntegerField(default=0, verbose_name="XP")),
                ("joined_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                (
                    "game",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="seats",
                        to="points.game",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="seats",
                        to="accounts.member",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="game",
            index=models.Index(
                condition=models.Q(("due_at__isnull", False)), fields=["due_at"], name="game_due"
            ),
        ),
        migrations.AddIndex(
            model_name="game",
            index=models.Index(
                models.OrderBy(models.F("finished_at"), descending=True),
                models.F("kind"),
                condition=models.Q(("finished_at__isnull", False)),
                name="game_newest",
            ),
        ),
        migrations.AddIndex(
            model_name="game",
            index=models.Index(fields=["kind", "-id"], name="game_of_kind"),
        ),
        migrations.AddConstraint(
            model_name="game",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("due_at__isnull", False),
                        ("finished_at__isnull", True),
                        ("state__in", ["open", "playing"]),
                    ),
                    models.Q(
                        ("due_at__isnull", True),
                        ("finished_at__isnull", False),
                        ("state__in", ["settled", "refunded"]),
                    ),
                    _connector="OR",
                ),
                name="game_finished_or_due",
            ),
        ),
        migrations.AddConstraint(
            model_name="game",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("opponent__isnull", True),
                    models.Q(("opponent", models.F("starter")), _negated=True),
                    _connector="OR",
                ),
                name="game_opponent_is_another",
            ),
        ),
        migrations.AddIndex(
            model_name="seat",
            index=models.Index(fields=["member", "-id"], name="seat_history"),
        ),
        migrations.AddIndex(
            model_name="seat",
            index=models.Index(fields=["member", "finished_at"], name="seat_losses"),
        ),
        migrations.AddConstraint(
            model_name="seat",
            constraint=models.UniqueConstraint(fields=("game", "member"), name="seat_unique"),
        ),
        migrations.AddConstraint(
            model_name="seat",
            constraint=models.CheckConstraint(
                condition=models.Q(("stake__gte", 1), ("stake__lte", 1000000000000)),
                name="seat_stake_bounded",
            ),
        ),
        migrations.AddConstraint(
            model_name="seat",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("bonus", 0), ("finished_at__isnull", True), ("outcome", ""), ("payout", 0)
                    ),
                    models.Q(
                        models.Q(("outcome", ""), _negated=True), ("finished_at__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="seat_outcome_at_the_end",
            ),
        ),
    ]
