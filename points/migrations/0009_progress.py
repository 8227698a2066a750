"""XP, the level that follows from it, and who wrote the messages of the last days."""

import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_unranked_members"),
        ("points", "0008_search_permissions"),
    ]

    operations = [
        migrations.AddField(
            model_name="pointssettings",
            name="level_points",
            field=models.PositiveIntegerField(
                default=25,
                help_text="Given for reaching a level, times that level.",
                validators=[django.core.validators.MaxValueValidator(1000000)],
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
                    ("level", "Level reached"),
                ],
                max_length=24,
            ),
        ),
        migrations.CreateModel(
            name="Progress",
            fields=[
                (
                    "member",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="progress",
                        serialize=False,
                        to="accounts.member",
                    ),
                ),
                ("xp", models.PositiveBigIntegerField(default=0, verbose_name="XP")),
                ("level", models.PositiveBigIntegerField(default=1)),
                ("message_at", models.DateTimeField(blank=True, null=True)),
                ("voice_seconds", models.PositiveBigIntegerField(default=0)),
            ],
            options={
                "verbose_name_plural": "progress",
                "indexes": [models.Index(fields=["-xp", "member"], name="progress_highest")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("level__gte", 1),
                            (
                                "xp__gte",
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        models.F("level"),
                                        "*",
                                        django.db.models.expressions.CombinedExpression(
                                            models.F("level"), "-", models.Value(1)
                                        ),
                                    ),
                                    "*",
                                    models.Value(50),
                                ),
                            ),
                            (
                                "xp__lt",
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        models.F("level"),
                                        "*",
                                        django.db.models.expressions.CombinedExpression(
                                            models.F("level"), "+", models.Value(1)
                                        ),
                                    ),
                                    "*",
                                    models.Value(50),
                                ),
                            ),
                        ),
                        name="progress_level_follows_xp",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="GroupMessage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("chat_telegram_id", models.BigIntegerField()),
                ("message_id", models.BigIntegerField()),
                ("reactors", models.JSONField(default=list)),
                ("created_at", models.DateTimeField()),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="group_messages",
                        to="accounts.member",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["created_at"], name="group_message_age")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("chat_telegram_id", "message_id"), name="group_message_unique"
                    )
                ],
            },
        ),
    ]
