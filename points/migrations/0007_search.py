"""Searching: where a member stands with it, and the numbers the owner may change."""

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_unranked_members"),
        ("points", "0006_entry_of_kind"),
    ]

    operations = [
        migrations.CreateModel(
            name="Search",
            fields=[
                (
                    "member",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="search",
                        serialize=False,
                        to="accounts.member",
                    ),
                ),
                ("count", models.PositiveIntegerField(default=0)),
                ("searched_at", models.DateTimeField()),
                ("ready_at", models.DateTimeField()),
                (
                    "is_reminded",
                    models.BooleanField(default=False, verbose_name="wants a reminder"),
                ),
            ],
            options={
                "verbose_name_plural": "searches",
            },
        ),
        migrations.AddField(
            model_name="pointssettings",
            name="search_cooldown_seconds",
            field=models.PositiveIntegerField(
                default=300,
                help_text="Seconds between two searches; VIP waits half as long.",
                validators=[
                    django.core.validators.MinValueValidator(1),
                    django.core.validators.MaxValueValidator(2592000),
                ],
            ),
        ),
        migrations.AddField(
            model_name="pointssettings",
            name="search_points_max",
            field=models.PositiveIntegerField(
                default=10,
                help_text="Most that a search finds; VIP finds twice as much.",
                validators=[django.core.validators.MinValueValidator(1)],
            ),
        ),
        migrations.AddField(
            model_name="pointssettings",
            name="search_points_min",
            field=models.PositiveIntegerField(
                default=5,
                help_text="Least that a search finds.",
                validators=[django.core.validators.MinValueValidator(1)],
            ),
        ),
        migrations.AlterField(
            model_name="entry",
            name="kind",
            field=models.CharField(
                choices=[
                    ("welcome", "Welcome"),
                    ("referral", "Invitation"),
                    ("daily", "Daily bonus"),
                    ("transfer_out", "Sent"),
                    ("transfer_in", "Received"),
                    ("adjustment", "Adjustment by staff"),
                    ("reversal", "Reversal"),
                    ("vip", "VIP"),
                    ("lease", "Number"),
                    ("lease_refund", "Number refund"),
                    ("search", "Search"),
                ],
                max_length=24,
            ),
        ),
        migrations.AddConstraint(
            model_name="pointssettings",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("search_points_min__gte", 1),
                    ("search_points_min__lte", models.F("search_points_max")),
                ),
                name="points_settings_search_range",
                violation_error_message="A search must find at least 1 point, "
                "and its least cannot be above its most.",
            ),
        ),
        migrations.AddIndex(
            model_name="search",
            index=models.Index(fields=["-searched_at"], name="search_newest"),
        ),
    ]
