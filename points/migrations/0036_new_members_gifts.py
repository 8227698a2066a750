"""The wait of new members holds for giving VIP too."""

import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("points", "0035_new_members_games")]

    operations = [
        migrations.AlterField(
            model_name="pointssettings",
            name="transfer_min_age_hours",
            field=models.PositiveIntegerField(
                default=0,
                help_text="For how many hours a new member cannot send points, give VIP or play "
                "for points with others; 0: from the first one on.",
                validators=[django.core.validators.MaxValueValidator(8760)],
            ),
        ),
    ]
