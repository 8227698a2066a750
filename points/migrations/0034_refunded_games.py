"""Games whose stakes were returned are few among many: a list of them finds them by an index."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("points", "0033_leaderboards_by_name")]

    operations = [
        migrations.AddIndex(
            model_name="game",
            index=models.Index(
                condition=models.Q(("state", "refunded")), fields=["-id"], name="game_refunded"
            ),
        ),
    ]
