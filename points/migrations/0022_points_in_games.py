"""The result of a ledger check says what lies in unfinished games."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("points", "0021_scores_and_marks")]

    operations = [
        migrations.AddField(
            model_name="ledgercheck",
            name="in_games",
            field=models.BigIntegerField(default=0, verbose_name="held in games"),
        ),
    ]
