"""Item entries are append-only, as the ledger is; who may look at items and give them."""

from django.db import migrations

from project.permissions import JUNIOR, SENIOR, give_permissions
from project.triggers import append_only


class Migration(migrations.Migration):
    dependencies = [
        ("points", "0011_items"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    # Backwards the groups keep what they have: another hand may have given it.
    operations = [
        *append_only("points_itementry"),
        migrations.RunPython(
            give_permissions(
                "points", {JUNIOR: ("view_item", "view_itementry"), SENIOR: ("give_item",)}
            ),
            migrations.RunPython.noop,
        ),
    ]
