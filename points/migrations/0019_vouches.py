"""Vouch providers, and the vouches they were given."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_unranked_members"),
        ("points", "0018_days_before"),
    ]

    operations = [
        migrations.CreateModel(
            name="VouchProvider",
            fields=[
                (
                    "member",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="vouch_provider",
                        serialize=False,
                        to="accounts.member",
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                (
                    "headline",
                    models.CharField(
                        blank=True, help_text="What the provider offers.", max_length=200
                    ),
                ),
                (
                    "vouch_count",
                    models.PositiveIntegerField(default=0, editable=False, verbose_name="vouches"),
                ),
                ("since", models.DateTimeField()),
                ("marked_by_user_id", models.BigIntegerField(blank=True, null=True)),
                ("marked_by_label", models.CharField(max_length=150, verbose_name="marked by")),
            ],
            options={
                "permissions": [("manage_vouchprovider", "Can mark and unmark vouch providers")],
                "indexes": [
                    models.Index(
                        condition=models.Q(("is_active", True)),
                        fields=["-vouch_count", "member"],
                        name="vouch_provider_most",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("vouch_count__gte", 0)),
                        name="vouch_provider_count_not_negative",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Vouch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "chat_telegram_id",
                    models.BigIntegerField(null=True, verbose_name="group's Telegram id"),
                ),
                ("message_id", models.BigIntegerField(null=True)),
                ("album_id", models.CharField(blank=True, max_length=64)),
                (
                    "photo_unique_id",
                    models.CharField(
                        max_length=64, unique=True, verbose_name="photo's Telegram id"
                    ),
                ),
                ("provider_points", models.PositiveIntegerField(default=0)),
                ("author_points", models.PositiveIntegerField(default=0)),
                ("created_at", models.DateTimeField()),
                ("voided_at", models.DateTimeField(blank=True, null=True)),
                ("voided_by_user_id", models.BigIntegerField(blank=True, null=True)),
                (
                    "voided_by_label",
                    models.CharField(blank=True, max_length=150, verbose_name="voided by"),
                ),
                (
                    "void_reason",
                    models.CharField(blank=True, max_length=500, verbose_name="reason"),
                ),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="vouches_given",
                        to="accounts.member",
                    ),
                ),
                (
                    "provider",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="vouches",
                        to="points.vouchprovider",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "vouches",
                "permissions": [
                    ("void_vouch", "Can void vouches"),
                    ("export_vouch", "Can export vouches"),
                ],
                "indexes": [
                    models.Index(fields=["provider", "-id"], name="vouch_of_provider"),
                    models.Index(
                        fields=["provider", "author", "-created_at"], name="vouch_of_pair"
                    ),
                    models.Index(fields=["-created_at"], name="vouch_newest"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("chat_telegram_id", "message_id"), name="vouch_message_unique"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("album_id", ""), _negated=True),
                        fields=("chat_telegram_id", "album_id"),
                        name="vouch_album_unique",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("provider", models.F("author")), _negated=True),
                        name="vouch_not_of_oneself",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("void_reason", ""),
                                ("voided_at__isnull", True),
                                ("voided_by_label", ""),
                            ),
                            models.Q(
                                ("voided_at__isnull", False),
                                models.Q(("voided_by_label", ""), _negated=True),
                                models.Q(("void_reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="vouch_voided_by_somebody",
                    ),
                ],
            },
        ),
    ]
