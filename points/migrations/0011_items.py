"""What members have in their bags, and where it came from and went."""

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_unranked_members"),
        ("points", "0010_progress_permissions"),
    ]

    operations = [
        migrations.AddField(
            model_name="pointssettings",
            name="search_item_percent",
            field=models.PositiveSmallIntegerField(
                default=4,
                help_text="In how many of a hundred searches a jackpot is found too.",
                validators=[django.core.validators.MaxValueValidator(100)],
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
                    ("jackpot", "Jackpots opened"),
                ],
                max_length=24,
            ),
        ),
        migrations.CreateModel(
            name="Item",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(choices=[("jackpot", "Jackpot")], max_length=16)),
                ("quantity", models.PositiveIntegerField(default=0)),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="items",
                        to="accounts.member",
                    ),
                ),
            ],
            options={
                "permissions": [("give_item", "Can give items")],
            },
        ),
        migrations.CreateModel(
            name="ItemEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("change", models.IntegerField()),
                ("quantity_after", models.PositiveIntegerField()),
                (
                    "cause",
                    models.CharField(
                        choices=[
                            ("search", "Found by a search"),
                            ("level", "Level reached"),
                            ("gift", "Given by staff"),
                            ("opened", "Opened"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "key",
                    models.CharField(help_text="One effect per key.", max_length=120, unique=True),
                ),
                ("outcome", models.JSONField(blank=True, default=dict)),
                ("actor_user_id", models.BigIntegerField(blank=True, null=True)),
                ("actor_label", models.CharField(blank=True, max_length=150)),
                ("note", models.CharField(blank=True, max_length=500)),
                ("created_at", models.DateTimeField()),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="points.item",
                    ),
                ),
            ],
            options={
                "verbose_name": "item entry",
                "verbose_name_plural": "item entries",
            },
        ),
        migrations.AddConstraint(
            model_name="item",
            constraint=models.UniqueConstraint(fields=("member", "kind"), name="item_unique"),
        ),
        migrations.AddConstraint(
            model_name="item",
            constraint=models.CheckConstraint(
                condition=models.Q(("quantity__gte", 0)), name="item_quantity_not_negative"
            ),
        ),
        migrations.AddIndex(
            model_name="itementry",
            index=models.Index(fields=["item", "-id"], name="item_entry_history"),
        ),
        migrations.AddConstraint(
            model_name="itementry",
            constraint=models.CheckConstraint(
                condition=models.Q(("change", 0), _negated=True), name="item_entry_change_not_zero"
            ),
        ),
    ]
