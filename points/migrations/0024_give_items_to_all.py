"""Giving items to all that a list shows is for chiefs."""

from django.db import migrations

from project.permissions import CHIEF, give_permissions


class Migration(migrations.Migration):
    dependencies = [
        ("points", "0023_item_entries_move_items"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    # Backwards the groups keep what they have: another hand may have given it.
    operations = [
        migrations.AlterModelOptions(
            name="item",
            options={
                "permissions": [
                    ("give_item", "Can give items"),
                    ("give_item_to_all", "Can give items to all members of a list at once"),
                ]
            },
        ),
        migrations.RunPython(
            give_permissions("points", {CHIEF: ("give_item_to_all",)}),
            migrations.RunPython.noop,
        ),
    ]
