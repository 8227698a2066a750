import django.db.models.deletion
from django.db import migrations, models

import vip.models.ads


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_unranked_members"),
        ("vip", "0014_orders_that_stop"),
    ]

    operations = [
        migrations.CreateModel(
            name="PassDay",
            fields=[
                ("day", models.DateField(primary_key=True, serialize=False)),
                ("offered", models.PositiveIntegerField(default=0)),
                ("opened", models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="AdNetwork",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "slug",
                    models.SlugField(
                        help_text="Letters, digits, dashes: part of the address for postbacks.",
                        max_length=40,
                        unique=True,
                        verbose_name="name",
                    ),
                ),
                (
                    "is_active",
                    models.BooleanField(
                        default=False,
                        help_text="One at a time makes the members' links.",
                        verbose_name="in use",
                    ),
                ),
                (
                    "address",
                    models.CharField(
                        help_text="Asked by GET. {url}, {alias} and {key} may stand in it.",
                        max_length=500,
                    ),
                ),
                (
                    "url_parameter",
                    models.CharField(
                        blank=True,
                        default="url",
                        help_text="Carries where the link shall lead.",
                        max_length=40,
                    ),
                ),
                (
                    "alias_parameter",
                    models.CharField(
                        blank=True,
                        default="alias",
                        help_text="Carries the pass's own code; empty: it is not sent.",
                        max_length=40,
                    ),
                ),
                (
                    "key_parameter",
                    models.CharField(
                        blank=True,
                        default="api",
                        help_text="Carries the key; empty: not sent.",
                        max_length=40,
                    ),
                ),
                ("key", models.CharField(blank=True, max_length=200)),
                (
                    "answer_field",
                    models.CharField(
                        blank=True,
                        help_text="Where the link stands in a JSON answer, such as shortenedUrl or "
                        "data.link; empty: the answer is the link itself, as plain text.",
                        max_length=100,
                    ),
                ),
                (
                    "on_failure",
                    models.CharField(
                        choices=[
                            ("later", "Ask the member to try later"),
                            ("bare", "Give the link without an ad"),
                        ],
                        default="later",
                        max_length=5,
                        verbose_name="when no link can be had",
                    ),
                ),
                (
                    "needs_proof",
                    models.BooleanField(
                        default=False,
                        help_text="Premium begins only once the network has said, signed, that the "
                        "ad was seen.",
                        verbose_name="proof required",
                    ),
                ),
                (
                    "secret",
                    models.CharField(
                        default=vip.models.ads.new_postback_secret,
                        help_text="Signs each postback: sha256= and the HMAC of the pass's code.",
                        max_length=100,
                        verbose_name="postback secret",
                    ),
                ),
                ("succeeded_at", models.DateTimeField(editable=False, null=True)),
                ("failed_at", models.DateTimeField(editable=False, null=True)),
                ("failure", models.CharField(blank=True, editable=False, max_length=40)),
            ],
            options={
                "ordering": ["slug"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_active", True)),
                        fields=("is_active",),
                        name="ad_network_one_in_use",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("needs_proof", False), ("on_failure", "later"), _connector="OR"
                        ),
                        name="ad_network_proof_needs_ad",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Pass",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("alias", models.CharField(max_length=20, unique=True)),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("is_current", models.BooleanField(default=True)),
                ("link", models.CharField(blank=True, max_length=2048)),
                ("offered_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("opened_at", models.DateTimeField(blank=True, null=True)),
                ("returned_at", models.DateTimeField(blank=True, null=True)),
                ("proved_at", models.DateTimeField(blank=True, null=True)),
                ("granted_at", models.DateTimeField(blank=True, null=True)),
                ("granted_day", models.DateField(blank=True, null=True)),
                (
                    "day_number",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="The member's first of the day, his second, …",
                        null=True,
                    ),
                ),
                (
                    "until_after",
                    models.DateTimeField(blank=True, null=True, verbose_name="premium until"),
                ),
                (
                    "member",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="passes",
                        to="accounts.member",
                    ),
                ),
                (
                    "network",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="passes",
                        to="vip.adnetwork",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "passes",
                "indexes": [
                    models.Index(fields=["member", "-id"], name="pass_of_member"),
                    models.Index(
                        condition=models.Q(("granted_at__isnull", True)),
                        fields=["expires_at"],
                        name="pass_unused",
                    ),
                    models.Index(fields=["offered_at"], name="pass_offered"),
                    models.Index(
                        condition=models.Q(("opened_at__isnull", False)),
                        fields=["opened_at"],
                        name="pass_opened",
                    ),
                    models.Index(
                        condition=models.Q(("granted_at__isnull", False)),
                        fields=["granted_at"],
                        name="pass_granted",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_current", True)),
                        fields=("member",),
                        name="pass_one_current",
                    ),
                    models.UniqueConstraint(
                        fields=("member", "granted_day", "day_number"), name="pass_numbered_in_day"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("day_number__isnull", True),
                                ("granted_at__isnull", True),
                                ("granted_day__isnull", True),
                                ("until_after__isnull", True),
                            ),
                            models.Q(
                                ("day_number__gte", 1),
                                ("day_number__lte", 100),
                                ("granted_at__isnull", False),
                                ("granted_day__isnull", False),
                                ("is_current", False),
                                ("link", ""),
                                ("until_after__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="pass_granted_whole",
                    ),
                ],
            },
        ),
    ]
