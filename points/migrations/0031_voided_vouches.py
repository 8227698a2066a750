"""The dashboard lists the few vouches that were voided by an index of their own."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("points", "0030_scores_at_zero")]

    operations = [
        migrations.AddIndex(
            model_name="vouch",
            index=models.Index(
                condition=models.Q(("voided_at__isnull", False)),
                fields=["-id"],
                name="vouch_voided",
            ),
        ),
    ]
