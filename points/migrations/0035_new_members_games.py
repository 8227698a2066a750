"""The wait of new members holds for games against others too."""

import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("points", "0034_refunded_games")]

    operations = [
        migrations.AlterField(
            model_name="pointssettings",
            name="transfer_min_age_hours",
            field=models.PositiveIntegerField(
                default=0,
                help_text="For how many hours a new member cannot send points or play for them "
                "with others; 0: from the first one on.",
                validators=[django.core.validators.MaxValueValidator(8760)],
            ),
        ),
    ]
