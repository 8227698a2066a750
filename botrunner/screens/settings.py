"""/settings: language, time zone, notifications, and the member's own data."""

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.selectors import language_of, zone_of
from accounts.services import NOTIFICATIONS, set_language, set_notification
from botrunner.keyboards import back_row, home_row
from botrunner.replies import Button, Reply, render
from botrunner.requests import Request
from botrunner.texts import speaking_to

NATIVE_NAMES = dict(settings.LANGUAGES)


def show(request: Request) -> Reply:
    member = request.member
    with timezone.override(zone_of(member)):
        text = render(
            "settings/settings",
            language=NATIVE_NAMES[language_of(member)],
            zone=member.timezone.replace("_", " "),
            now=request.now,
        )
    keyboard = [
        [Button(_("🌐 Language"), "settings.language"), Button(_("🕒 Time zone"), "tz")],
        *([button] for button in _notification_buttons(request)),
        [Button(_("📦 Export my data"), "data.export")],
        [Button(_("🗑 Delete my data"), "data.delete")],
        home_row(),
    ]
    return Reply(text=text, keyboard=keyboard)


def choose_language(request: Request) -> Reply:
    present = language_of(request.member)
    buttons = [
        Button(f"✅ {name}" if code == present else name, "settings.language.set", (code,))
        for code, name in NATIVE_NAMES.items()
    ]
    text = render("settings/language", names=NATIVE_NAMES.values())
    return Reply(text=text, keyboard=[buttons[:2], buttons[2:], back_row("settings")])


def save_language(request: Request) -> Reply:
    set_language(member=request.member, language=request.args[0])
    # The answer is in the new language already.
    with speaking_to(request.member):
        return show(request)


def save_notification(request: Request) -> Reply:
    """The button says what to do, so that a second press changes nothing back."""
    chosen, state = request.args
    kind = next(kind for kind in NOTIFICATIONS if kind == chosen)
    set_notification(member=request.member, kind=kind, is_on=state == "on")
    return show(request)


def _notification_buttons(request: Request) -> list[Button]:
    names = {
        "vip": (_("🔔 VIP reminders: on"), _("🔕 VIP reminders: off")),
        "points": (_("🔔 Points received: on"), _("🔕 Points received: off")),
        "news": (_("🔔 News: on"), _("🔕 News: off")),
    }
    buttons = []
    for kind in NOTIFICATIONS:
        is_on = getattr(request.member, f"notify_{kind}")
        args = (kind, "off" if is_on else "on")
        buttons.append(Button(names[kind][not is_on], "settings.notify", args))
    return buttons
