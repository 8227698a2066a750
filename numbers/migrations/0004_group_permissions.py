from django.db import migrations

from project.permissions import CHIEF, JUNIOR, SENIOR, give_permissions


class Migration(migrations.Migration):
    dependencies = [
        ("numbers", "0003_export_of_leases"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.RunPython(
            give_permissions(
                "numbers",
                {
                    JUNIOR: ("view_pool", "view_batch", "view_number", "view_lease"),
                    SENIOR: (
                        "import_numbers",
                        "add_pool",
                        "change_pool",
                        "change_batch",
                        "view_rejection",
                        "view_inboundsms",
                    ),
                    CHIEF: (
                        "delete_batch",
                        "download_batch",
                        "export_leases",
                        "view_code",
                        "view_unmatched",
                        "view_provider",
                        "add_provider",
                        "change_provider",
                        "delete_provider",
                        "delete_pool",
                        "view_numberssettings",
                        "change_numberssettings",
                    ),
                },
            ),
            migrations.RunPython.noop,
        )
    ]
