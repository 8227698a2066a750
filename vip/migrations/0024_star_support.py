"""What members ask about payments, and the terms of sale."""

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_unranked_members"),
        ("vip", "0023_pass_permissions"),
    ]

    operations = [
        migrations.CreateModel(
            name="Terms",
            fields=[
                (
                    "language",
                    models.CharField(
                        choices=[
                            ("en", "English"),
                            ("fr", "Français"),
                            ("ru", "Русский"),
                            ("ar", "العربية"),
                        ],
                        max_length=8,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "text",
                    models.TextField(
                        help_text="Plain text. A language without one is shown the English one.",
                        validators=[django.core.validators.MaxLengthValidator(3500)],
                    ),
                ),
            ],
            options={
                "verbose_name": "terms",
                "verbose_name_plural": "terms",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True), name="terms_not_empty"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SupportRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.CharField(max_length=1000)),
                ("created_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                ("answer", models.TextField(blank=True)),
                ("actor_user_id", models.BigIntegerField(blank=True, null=True)),
                (
                    "actor_label",
                    models.CharField(blank=True, max_length=150, verbose_name="answered by"),
                ),
                (
                    "member",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="support_requests",
                        to="accounts.member",
                    ),
                ),
            ],
            options={
                "verbose_name": "payment request",
                "permissions": [("answer_supportrequest", "Can answer payment requests")],
                "indexes": [
                    models.Index(fields=["member", "-id"], name="support_request_of_member"),
                    models.Index(
                        condition=models.Q(("answered_at__isnull", True)),
                        fields=["id"],
                        name="support_request_open",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("answered_at__isnull", True)),
                        fields=("member",),
                        name="support_request_one_open",
                    )
                ],
            },
        ),
    ]
