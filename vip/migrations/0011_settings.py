import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("vip", "0010_gifts"),
    ]

    operations = [
        migrations.CreateModel(
            name="VipSettings",
            fields=[
                (
                    "id",
                    models.PositiveSmallIntegerField(
                        default=1, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "auto_search_daily_max",
                    models.PositiveIntegerField(
                        default=60,
                        help_text="How often auto-search searches for one member in 24 hours, "
                        "without a boost.",
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(1000),
                        ],
                    ),
                ),
                (
                    "premium_hours",
                    models.PositiveIntegerField(
                        default=12,
                        help_text="How long premium lasts that an ad brings.",
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(720),
                        ],
                    ),
                ),
                (
                    "pass_minutes",
                    models.PositiveIntegerField(
                        default=60,
                        help_text="For how many minutes an ad link can be used.",
                        validators=[
                            django.core.validators.MinValueValidator(5),
                            django.core.validators.MaxValueValidator(1440),
                        ],
                    ),
                ),
                (
                    "passes_daily_max",
                    models.PositiveIntegerField(
                        default=4,
                        help_text="How often a member can get premium by an ad in a day (UTC).",
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(100),
                        ],
                    ),
                ),
                (
                    "videos_hourly_max",
                    models.PositiveIntegerField(
                        default=5,
                        help_text="Videos in a clock hour (UTC) for members without VIP "
                        "or premium.",
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(1000),
                        ],
                    ),
                ),
                (
                    "video_minutes",
                    models.PositiveIntegerField(
                        default=0,
                        help_text="After how many minutes a video leaves the chat; 0: it stays.",
                        validators=[django.core.validators.MaxValueValidator(2820)],
                    ),
                ),
            ],
            options={
                "verbose_name": "VIP settings",
                "verbose_name_plural": "VIP settings",
            },
        ),
        migrations.AddConstraint(
            model_name="vipsettings",
            constraint=models.CheckConstraint(
                condition=models.Q(("id", 1)), name="vip_settings_one_row"
            ),
        ),
    ]
