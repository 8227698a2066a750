"""Packs of points for Telegram Stars, payments and refunds."""

import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_unranked_members"),
        ("points", "0037_points_for_stars"),
        ("vip", "0017_auto_search_permissions"),
    ]

    operations = [
        migrations.CreateModel(
            name="StarPack",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "points",
                    models.PositiveBigIntegerField(
                        help_text="What the member gets.",
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(1000000000),
                        ],
                    ),
                ),
                (
                    "stars",
                    models.PositiveIntegerField(
                        help_text="In Telegram Stars, at most 10,000.",
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(10000),
                        ],
                        verbose_name="price",
                    ),
                ),
                (
                    "position",
                    models.PositiveSmallIntegerField(
                        default=0,
                        help_text="The lowest stands first.",
                        validators=[django.core.validators.MaxValueValidator(1000)],
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="on sale")),
            ],
            options={
                "verbose_name": "points pack",
                "ordering": ["position", "stars", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("points__gte", 1), ("points__lte", 1000000000)),
                        name="star_pack_points_bounded",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("stars__gte", 1), ("stars__lte", 10000)),
                        name="star_pack_price_bounded",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StarPayment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "charge_id",
                    models.CharField(max_length=255, unique=True, verbose_name="charge id"),
                ),
                ("stars", models.PositiveBigIntegerField(help_text="Paid.")),
                ("points", models.PositiveBigIntegerField(help_text="Credited.")),
                ("payload", models.CharField(blank=True, max_length=128)),
                ("currency", models.CharField(default="XTR", max_length=8)),
                (
                    "paid_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "entry",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="points.entry",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="star_payments",
                        to="accounts.member",
                    ),
                ),
                (
                    "pack",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="vip.starpack",
                    ),
                ),
            ],
            options={
                "verbose_name": "Stars payment",
                "permissions": [
                    ("refund_starpayment", "Can refund Stars"),
                    ("export_starpayment", "Can export Stars payments"),
                ],
            },
        ),
        migrations.CreateModel(
            name="StarRefund",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "key",
                    models.CharField(help_text="One act per key.", max_length=120, unique=True),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "On its way"),
                            ("done", "Refunded"),
                            ("refused", "Refused by Telegram"),
                        ],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[("staff", "Staff"), ("telegram", "Telegram")],
                        default="staff",
                        max_length=8,
                    ),
                ),
                (
                    "taken",
                    models.PositiveBigIntegerField(default=0, help_text="Points taken back."),
                ),
                (
                    "shortfall",
                    models.PositiveBigIntegerField(
                        default=0, help_text="Points that had been spent and could not be taken."
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=500)),
                ("actor_user_id", models.BigIntegerField(blank=True, null=True)),
                ("actor_label", models.CharField(blank=True, max_length=150)),
                ("actor_origin", models.CharField(default="system", max_length=8)),
                ("payer_telegram_id", models.BigIntegerField(blank=True, null=True)),
                ("begun_at", models.DateTimeField()),
                ("due_at", models.DateTimeField(help_text="When Telegram is asked next.")),
                ("attempts", models.PositiveIntegerField(default=0)),
                ("last_error", models.CharField(blank=True, max_length=300)),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                (
                    "entry",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="points.entry",
                    ),
                ),
                (
                    "payment",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="refunds",
                        to="vip.starpayment",
                    ),
                ),
                (
                    "return_entry",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="points.entry",
                    ),
                ),
            ],
            options={
                "verbose_name": "Stars refund",
            },
        ),
        migrations.AddIndex(
            model_name="starpayment",
            index=models.Index(fields=["-paid_at"], name="star_payment_newest"),
        ),
        migrations.AddIndex(
            model_name="starpayment",
            index=models.Index(fields=["member", "-id"], name="star_payment_of_member"),
        ),
        migrations.AddIndex(
            model_name="starpayment",
            index=models.Index(
                condition=models.Q(("entry__isnull", True)),
                fields=["id"],
                name="star_payment_unmatched",
            ),
        ),
        migrations.AddConstraint(
            model_name="starpayment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("entry__isnull", False), ("pack__isnull", False), ("points__gte", 1)),
                    models.Q(("entry__isnull", True), ("points", 0)),
                    _connector="OR",
                ),
                name="star_payment_credited_or_not",
            ),
        ),
        migrations.AddIndex(
            model_name="starrefund",
            index=models.Index(
                condition=models.Q(("state", "waiting")), fields=["due_at"], name="star_refund_due"
            ),
        ),
        migrations.AddIndex(
            model_name="starrefund",
            index=models.Index(fields=["payment", "-id"], name="star_refund_of_payment"),
        ),
        migrations.AddIndex(
            model_name="starrefund",
            index=models.Index(
                condition=models.Q(("state", "done")),
                fields=["-finished_at"],
                name="star_refund_done",
            ),
        ),
        migrations.AddConstraint(
            model_name="starrefund",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "refused"), _negated=True),
                fields=("payment",),
                name="star_refund_one_of_payment",
            ),
        ),
        migrations.AddConstraint(
            model_name="starrefund",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("entry__isnull", True), ("taken", 0)),
                    models.Q(("entry__isnull", False), ("taken__gte", 1)),
                    _connector="OR",
                ),
                name="star_refund_entry_takes",
            ),
        ),
        migrations.AddConstraint(
            model_name="starrefund",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("finished_at", None),
                        ("payer_telegram_id__isnull", False),
                        ("state", "waiting"),
                    ),
                    models.Q(
                        models.Q(("state", "waiting"), _negated=True),
                        ("finished_at__isnull", False),
                        ("payer_telegram_id", None),
                    ),
                    _connector="OR",
                ),
                name="star_refund_finished",
            ),
        ),
        migrations.AddConstraint(
            model_name="starrefund",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("return_entry__isnull", True),
                    models.Q(("entry__isnull", False), ("state", "refused")),
                    _connector="OR",
                ),
                name="star_refund_return_when_refused",
            ),
        ),
    ]
