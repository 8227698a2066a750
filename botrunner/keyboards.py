"""The rows that many screens share."""

from django.utils.translation import gettext as _

from botrunner.replies import Button


def home_row() -> list[Button]:
    return [Button(_("🏠 Menu"), "home")]


def back_row(route: str, *args: str | int) -> list[Button]:
    """To the parent screen, and to the menu."""
    return [Button(_("⬅️ Back"), route, args), *home_row()]


def earn_row() -> list[Button]:
    """For who has too few points."""
    return [Button(_("🎁 Daily bonus"), "daily"), Button(_("👥 Invite friends"), "invites")]
