"""A member sits at one blackjack table at a time."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("points", "0025_item_and_transfer_helps"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="game",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "blackjack"), ("state", "playing")),
                fields=("starter",),
                name="game_one_blackjack",
            ),
        ),
    ]
