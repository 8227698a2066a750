"""Ways to what concerns the member himself: settings, invitations, his data, help."""

from django.utils.translation import gettext_lazy as _

from botrunner.routes.command import Command, Screen
from botrunner.screens import claim, help, invites, personal_data, settings, stats, timezone

COMMANDS = (
    Command(name="invites", screen=invites.show, summary=_("Invite friends"), in_groups=False),
    Command(
        name="settings",
        screen=settings.show,
        summary=_("Language, time zone, notifications, your data"),
        in_groups=False,
    ),
    Command(
        name="claim",
        screen=claim.show,
        summary=_("Bring what you had in the earlier bot"),
        in_groups=False,
    ),
    Command(name="stats", screen=stats.show, summary=_("How things stand"), in_groups=False),
    Command(name="help", screen=help.show, summary=_("What I can do")),
)

BUTTONS: dict[str, Screen] = {
    "help": help.show,
    "invites": invites.show,
    "settings": settings.show,
    "settings.language": settings.choose_language,
    "settings.language.set": settings.save_language,
    "settings.notify": settings.save_notification,
    "tz": timezone.choose_region,
    "tz.region": timezone.choose_city,
    "tz.set": timezone.save,
    "claim.go": claim.confirm,
    "claim.cancel": claim.cancel,
    "data.export": personal_data.export,
    "data.delete": personal_data.explain_deletion,
    "data.delete.ask": personal_data.ask_again,
    "data.delete.now": personal_data.delete,
}

PROMPTS: dict[str, Screen] = {
    timezone.PROMPT: timezone.read_city,
}
