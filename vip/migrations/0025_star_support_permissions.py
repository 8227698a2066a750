from django.db import migrations

from project.permissions import CHIEF, SENIOR, give_permissions


class Migration(migrations.Migration):
    dependencies = [("vip", "0024_star_support")]

    operations = [
        migrations.RunPython(
            give_permissions(
                "vip",
                {
                    SENIOR: ("view_supportrequest", "answer_supportrequest", "view_terms"),
                    CHIEF: ("add_terms", "change_terms"),
                },
            ),
            migrations.RunPython.noop,
        )
    ]
