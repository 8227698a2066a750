"""The indexes of the leaderboard and of the daily cap, and the check of a ladder."""

from django.db import migrations, models

import points.models


class Migration(migrations.Migration):
    dependencies = [("points", "0003_staff_permissions")]

    operations = [
        migrations.RemoveIndex(model_name="wallet", name="wallet_richest"),
        migrations.AddIndex(
            model_name="wallet",
            index=models.Index(fields=["-balance", "member"], name="wallet_richest"),
        ),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(
                fields=["wallet", "created_at"],
                name="entry_sent",
                condition=models.Q(kind="transfer_out"),
            ),
        ),
        migrations.AlterField(
            model_name="pointssettings",
            name="daily_ladder",
            field=models.JSONField(
                default=points.models.default_ladder,
                help_text="Points for day 1, 2, 3 … of a streak; the last one stays.",
                validators=[points.models.validate_ladder],
            ),
        ),
    ]
