import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_staff_groups"), ("botrunner", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Draft",
            fields=[
                (
                    "operation_id",
                    models.CharField(max_length=16, primary_key=True, serialize=False),
                ),
                ("text", models.CharField(max_length=4096)),
                ("created_at", models.DateTimeField()),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.member",
                    ),
                ),
            ],
            options={"indexes": [models.Index(fields=["created_at"], name="draft_age")]},
        ),
    ]
