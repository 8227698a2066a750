import datetime

import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

from project.triggers import append_only


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_unranked_members"),
        ("vip", "0015_passes"),
    ]

    operations = [
        migrations.CreateModel(
            name="AutoSearch",
            fields=[
                (
                    "member",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="auto_search",
                        serialize=False,
                        to="accounts.member",
                    ),
                ),
                ("is_on", models.BooleanField(default=False, verbose_name="switched on")),
                ("due_at", models.DateTimeField(blank=True, null=True, verbose_name="next search")),
                ("count", models.PositiveIntegerField(default=0, verbose_name="searches in all")),
                ("found_count", models.PositiveIntegerField(default=0)),
                ("found_points", models.PositiveBigIntegerField(default=0)),
                ("found_items", models.JSONField(blank=True, default=dict)),
                (
                    "digest_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="next digest"),
                ),
                ("boost", models.PositiveIntegerField(default=0)),
                ("boost_until", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "auto-search",
                "verbose_name_plural": "auto-searches",
                "indexes": [
                    models.Index(
                        condition=models.Q(("due_at__isnull", False)),
                        fields=["due_at"],
                        name="auto_search_due",
                    ),
                    models.Index(
                        condition=models.Q(("digest_at__isnull", False)),
                        fields=["digest_at"],
                        name="auto_search_digest",
                    ),
                    models.Index(
                        condition=models.Q(("is_on", True)),
                        fields=["-member"],
                        name="auto_search_on",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("is_on", True), ("due_at__isnull", True), _connector="OR"
                        ),
                        name="auto_search_off_rests",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("digest_at__isnull", True), ("found_count", 0)),
                            models.Q(("digest_at__isnull", False), ("found_count__gte", 1)),
                            _connector="OR",
                        ),
                        name="auto_search_digest_tells",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("boost", 0), ("boost_until__isnull", True)),
                            models.Q(
                                ("boost__gte", 1),
                                ("boost__lte", 1000),
                                ("boost_until__isnull", False),
                                (
                                    "boost_until__lte",
                                    datetime.datetime(
                                        2199, 12, 31, 23, 59, 59, tzinfo=datetime.UTC
                                    ),
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="auto_search_boost_bounded",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Boost",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "key",
                    models.CharField(help_text="One effect per key.", max_length=120, unique=True),
                ),
                (
                    "added",
                    models.PositiveIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(1000),
                        ]
                    ),
                ),
                ("asked_until", models.DateTimeField()),
                ("boost_after", models.PositiveIntegerField(verbose_name="boost")),
                ("until_after", models.DateTimeField(verbose_name="until")),
                ("actor_user_id", models.BigIntegerField(blank=True, null=True)),
                ("actor_label", models.CharField(blank=True, max_length=150)),
                ("reason", models.CharField(max_length=500)),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="boosts",
                        to="accounts.member",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["member", "-id"], name="boost_history")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("added__gte", 1),
                            ("added__lte", models.F("boost_after")),
                            ("boost_after__lte", 1000),
                        ),
                        name="boost_bounded",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("asked_until__lte", models.F("until_after")),
                            (
                                "until_after__lte",
                                datetime.datetime(2199, 12, 31, 23, 59, 59, tzinfo=datetime.UTC),
                            ),
                            ("created_at__lt", models.F("asked_until")),
                        ),
                        name="boost_ends_later",
                    ),
                ],
            },
        ),
        *append_only("vip_boost"),
    ]
