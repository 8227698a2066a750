from django.db import migrations

from project.permissions import CREATOR, give_permissions


class Migration(migrations.Migration):
    """An import gives points, VIP and items by the thousand: for those who own the house."""

    dependencies = [
        ("accounts", "0004_staff_groups"),
        ("botrunner", "0009_legacy_imports"),
    ]

    operations = [
        migrations.RunPython(
            give_permissions("botrunner", {CREATOR: ("view_legacyimport", "import_legacy")}),
            migrations.RunPython.noop,
        )
    ]
