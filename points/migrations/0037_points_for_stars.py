"""Points that are bought with Telegram Stars, and given back."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("points", "0036_new_members_gifts"),
    ]

    operations = [
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
                    ("stars", "Bought with Stars"),
                    ("stars_refund", "Stars refunded"),
                    ("stars_return", "Stars refund undone"),
                ],
                max_length=24,
            ),
        ),
    ]
