"""What the share of finds and the waiting time of new members mean."""

import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("points", "0024_give_items_to_all")]

    operations = [
        migrations.AlterField(
            model_name="pointssettings",
            name="search_item_percent",
            field=models.PositiveSmallIntegerField(
                default=4,
                help_text="In how many of a hundred searches an item is found too.",
                validators=[django.core.validators.MaxValueValidator(100)],
            ),
        ),
        migrations.AlterField(
            model_name="pointssettings",
            name="transfer_min_age_hours",
            field=models.PositiveIntegerField(
                default=0,
                help_text="For how many hours a new member cannot send points; 0: from the "
                "first one on.",
                validators=[django.core.validators.MaxValueValidator(8760)],
            ),
        ),
    ]
