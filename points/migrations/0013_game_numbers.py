"""The numbers, kinds and daily XP that games and vouches need."""

import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("points", "0012_item_entries_stay")]

    operations = [
        migrations.AddField(
            model_name="pointssettings",
            name="game_stake_max",
            field=models.PositiveBigIntegerField(
                default=1000,
                help_text="Most points that can be staked in a game.",
                validators=[
                    django.core.validators.MinValueValidator(1),
                    django.core.validators.MaxValueValidator(1000000000),
                ],
            ),
        ),
        migrations.AddField(
            model_name="pointssettings",
            name="game_xp_daily_max",
            field=models.PositiveIntegerField(
                default=300,
                help_text="Most XP that games bring a member in a day (UTC).",
                validators=[django.core.validators.MaxValueValidator(1000000)],
            ),
        ),
        migrations.AddField(
            model_name="pointssettings",
            name="pot_seconds",
            field=models.PositiveSmallIntegerField(
                default=30,
                help_text="For how many seconds others can join a pot.",
                validators=[
                    django.core.validators.MinValueValidator(10),
                    django.core.validators.MaxValueValidator(3600),
                ],
            ),
        ),
        migrations.AddField(
            model_name="pointssettings",
            name="transfer_min_age_hours",
            field=models.PositiveIntegerField(
                default=0,
                help_text="For how many hours a new member cannot send points.",
                validators=[django.core.validators.MaxValueValidator(8760)],
            ),
        ),
        migrations.AddField(
            model_name="pointssettings",
            name="vouch_author_points",
            field=models.PositiveIntegerField(
                default=0,
                help_text="Given to the member who vouches.",
                validators=[django.core.validators.MaxValueValidator(1000000)],
            ),
        ),
        migrations.AddField(
            model_name="pointssettings",
            name="vouch_pair_seconds",
            field=models.PositiveIntegerField(
                default=60,
                help_text="How long a member waits before he vouches for the same provider again.",
                validators=[django.core.validators.MaxValueValidator(2592000)],
            ),
        ),
        migrations.AddField(
            model_name="pointssettings",
            name="vouch_points",
            field=models.PositiveIntegerField(
                default=1,
                help_text="Given to the provider for each vouch.",
                validators=[django.core.validators.MaxValueValidator(1000000)],
            ),
        ),
        migrations.AddField(
            model_name="progress",
            name="game_day",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="progress",
            name="game_xp",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AlterField(
            model_name="entry",
            name="kind",
            field=models.CharField(
                choices=[
                    ("welcome", "Welcome"),
                    ("referral", "Invitation"),
                    ("daily", "Daily bonus"),
                    ("transfer_out", "Sent"),
                    ("transfer_in", "Received"),
                    ("adjustment", "Adjustment by staff"),
                    ("reversal", "Reversal"),
                    ("vip", "VIP"),
                    ("lease", "Number"),
                    ("lease_refund", "Number refund"),
                    ("search", "Search"),
                    ("level", "Level reached"),
                    ("jackpot", "Jackpots opened"),
                    ("game_stake", "Staked in a game"),
                    ("game_payout", "Paid by a game"),
                    ("game_refund", "Stake returned"),
                    ("game_bonus", "Multiplier"),
                    ("vouch", "Vouch"),
                ],
                max_length=24,
            ),
        ),
        migrations.AlterField(
            model_name="item",
            name="kind",
            field=models.CharField(
                choices=[
                    ("jackpot", "Jackpot"),
                    ("multiplier_x2", "Multiplier ×2"),
                    ("multiplier_x3", "Multiplier ×3"),
                ],
                max_length=16,
            ),
        ),
        migrations.AlterField(
            model_name="itementry",
            name="cause",
            field=models.CharField(
                choices=[
                    ("search", "Found by a search"),
                    ("level", "Level reached"),
                    ("gift", "Given by staff"),
                    ("opened", "Opened"),
                    ("used", "Used"),
                ],
                max_length=16,
            ),
        ),
    ]
