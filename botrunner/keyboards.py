"""The rows that many screens share."""

from django.utils.translation import gettext as _

from botrunner.replies import Button, Keyboard
from vip.selectors import sells_for_stars


def home_row() -> list[Button]:
    return [Button(_("🏠 Menu"), "home")]


def back_row(route: str, *args: str | int) -> list[Button]:
    """To the parent screen, and to the menu."""
    return [Button(_("⬅️ Back"), route, args), *home_row()]


def earn_rows() -> Keyboard:
    """For who has too few points."""
    return [
        [Button(_("🔍 Search"), "search"), Button(_("🎁 Daily bonus"), "daily")],
        [Button(_("🎲 Games"), "games"), Button(_("👥 Invite friends"), "invites")],
        [Button(_("⏱ What is ready"), "ready")],
        *stars_rows(),
    ]


def stars_rows() -> list[list[Button]]:
    """To the packs, while there are any."""
    return [[Button(_("⭐ Buy points"), "stars")]] if sells_for_stars() else []


def vip_row() -> list[Button]:
    return [Button(_("👑 My VIP"), "vip")]


def videos_button() -> Button:
    return Button(_("🎬 Videos"), "videos")


def bell(is_on: bool, route: str, *args: str | int) -> Button:
    """Asks for a reminder, or takes it back: `route` gets "on" or "off" after its args."""
    label, state = (_("🔕 Do not remind me"), "off") if is_on else (_("🔔 Remind me"), "on")
    return Button(label, route, (*args, state))


def mark(label: str, is_present: bool) -> str:
    """Of several buttons to choose from: the one that is chosen."""
    return f"• {label} •" if is_present else label
