"""Whether a member wants to be told when he can collect the daily bonus again."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("points", "0028_one_challenge_one_pot")]

    operations = [
        migrations.AddField(
            model_name="dailybonus",
            name="is_reminded",
            field=models.BooleanField(default=False, verbose_name="wants a reminder"),
        ),
    ]
