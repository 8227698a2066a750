from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("points", "0002_ledger_moves_wallets")]

    operations = [
        migrations.AlterModelOptions(
            name="entry",
            options={
                "permissions": [
                    ("adjust_points", "Can give and take points"),
                    ("reverse_entry", "Can reverse entries"),
                    ("export_entry", "Can export entries"),
                ],
                "verbose_name_plural": "entries",
            },
        ),
        migrations.AlterModelOptions(
            name="ledgercheck",
            options={"permissions": [("check_ledger", "Can check the ledger")]},
        ),
    ]
