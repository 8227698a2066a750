"""Ways for staff, and to becoming it in the bot."""

from django.utils.translation import gettext_lazy as _

from botrunner.routes.command import Command, Screen
from botrunner.screens import (
    addpoints,
    backup,
    batch_delete,
    batches,
    import_file,
    staff,
    vip_staff,
)

COMMANDS = (
    Command(
        name="addpoints",
        screen=addpoints.show,
        summary=_("Give or take points"),
        permission=addpoints.PERMISSION,
        topic="staff",
    ),
    Command(
        name="addvip",
        screen=vip_staff.add_vip,
        summary=_("Give VIP to a member or to all"),
        permission="vip.add_grant",
        topic="staff",
    ),
    Command(
        name="backup",
        screen=backup.show,
        summary=_("Make a backup now"),
        permission=backup.PERMISSION,
        in_groups=False,
        topic="staff",
    ),
    Command(
        name="csvstats",
        screen=batches.show_pools,
        summary=_("Numbers by pool and file"),
        permission=batches.PERMISSION,
        in_groups=False,
        topic="staff",
    ),
    Command(
        name="csvlist",
        screen=batches.show_all_files,
        summary=_("Files of numbers, the newest first"),
        permission=batches.PERMISSION,
        in_groups=False,
        topic="staff",
    ),
    Command(
        name="csvdelete",
        screen=batch_delete.show,
        summary=_("Delete a file of numbers"),
        permission=batches.DELETE_PERMISSION,
        in_groups=False,
        topic="staff",
    ),
    Command(
        name="link",
        screen=staff.link,
        summary=_("Link your staff account"),
        in_groups=False,
        is_listed=False,
    ),
    Command(
        name="enable",
        screen=staff.enable_chat,
        summary=_("Switch this group on"),
        permission="accounts.change_chat",
        topic="staff",
    ),
    Command(
        name="disable",
        screen=staff.disable_chat,
        summary=_("Switch this group off"),
        permission="accounts.change_chat",
        topic="staff",
    ),
)

BUTTONS: dict[str, Screen] = {
    "staff": staff.show,
    "staff.link": staff.show_link,
    "staff.unlink": staff.unlink,
    "addpoints.go": addpoints.confirm,
    "addpoints.cancel": addpoints.cancel,
    "csv.choose": batch_delete.show,
    "csv.delete": batch_delete.show_card,
    "csv.delete.cancel": batch_delete.cancel,
    "csv.delete.go": batch_delete.confirm,
    "csv.file": batches.show_file,
    "csv.files": batches.show_files,
    "csv.list": batches.show_all_files,
    "csv.stats": batches.show_pools,
    "import.pools": import_file.show_pools,
    "import.pool": import_file.choose,
    "import.new": import_file.ask_name,
    "import.anywhere": import_file.read_country,
    "import.go": import_file.confirm,
    "import.cancel": import_file.cancel,
    "vip.grant": vip_staff.confirm,
    "vip.grant.cancel": vip_staff.cancel,
}

PROMPTS: dict[str, Screen] = {
    import_file.ASK_NAME: import_file.read_name,
    import_file.ASK_COUNTRY: import_file.read_country,
    vip_staff.ASK_REASON: vip_staff.read_reason,
}
