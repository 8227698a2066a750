from django.db import migrations

from project.permissions import CHIEF, CREATOR, JUNIOR, SENIOR, give_permissions


class Migration(migrations.Migration):
    """The four staff groups, with their rights over members.

    The people of Creator are superusers besides (accounts/services/creators.py): the group
    says so where groups are read, the flag is what gives them everything.
    """

    dependencies = [
        ("accounts", "0003_staff_messages_and_invitations"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.RunPython(
            give_permissions(
                "accounts",
                {
                    JUNIOR: ("view_member", "view_chat", "view_staffmessage"),
                    SENIOR: (
                        "ban_member",
                        "change_member",
                        "change_chat",
                        "message_member",
                        "view_outboxmessage",
                    ),
                    CHIEF: ("view_auditentry", "change_outboxmessage", "delete_member"),
                    CREATOR: ("view_stafflinkcode",),
                },
            ),
            migrations.RunPython.noop,
        )
    ]
