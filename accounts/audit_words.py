"""What the audit's entries are called where people read them."""

from collections.abc import Mapping
from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string

WORDS = {
    "backup.download": "Backup downloaded",
    "backup.order": "Backup ordered",
    "backup.restore": "Backup restored",
    "chat.disable": "Group switched off",
    "chat.enable": "Group switched on",
    "group.add": "Staff group added",
    "group.change": "Staff group changed",
    "group.delete": "Staff group deleted",
    "incident.dismiss": "Alarm marked as seen",
    "member.ban": "Banned",
    "member.delete": "Data deleted",
    "member.freeze": "Points frozen",
    "member.message": "Message sent",
    "member.unban": "Ban lifted",
    "member.unfreeze": "Points unfrozen",
    "message.drop": "Messages dropped",
    "message.retry": "Messages tried again",
    "session.end": "Session ended",
    "session.end_others": "Other sessions ended",
    "staff.creator": "Made Creator",
    "staff.let_in": "Lockout lifted",
    "staff.link": "Linked to a staff user",
    "staff.link_code": "Code for linking drawn",
    "staff.password": "Password changed",
    "staff.recovery_codes": "New recovery codes",
    "staff.second_factor_off": "Second step switched off",
    "staff.second_factor_on": "Second step switched on",
    "staff.unlink": "Unlinked from a staff user",
    "user.add": "Staff user added",
    "user.change": "Staff user changed",
    "user.delete": "Staff user deleted",
}


@cache
def read_words() -> Mapping[str, str]:
    """Every app's actions, by their dotted names."""
    tables = [import_string(name) for name in settings.AUDIT_WORDS]
    return {action: words for table in tables for action, words in table.items()}


def say_action(action: str) -> str:
    """What is recorded no more, or by a newer version, keeps its dotted name."""
    return read_words().get(action, action)
