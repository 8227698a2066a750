"""Choosing a time zone: by region and city, or by typing the city's name."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from accounts.services import set_timezone
from botrunner import timezones
from botrunner.keyboards import back_row
from botrunner.prompts import ask
from botrunner.replies import Button, Keyboard, Reply, render
from botrunner.requests import Request
from botrunner.screens import settings

PROMPT = "tz"
CITIES_PER_PAGE = 16
MATCHES_MAX = 10


def choose_region(request: Request) -> Reply:
    ask(request, PROMPT)
    names = {
        "Africa": _("🌍 Africa"),
        "America": _("🌎 America"),
        "Asia": _("🌏 Asia"),
        "Atlantic": _("🌊 Atlantic"),
        "Australia": _("🦘 Australia"),
        "Europe": _("🌍 Europe"),
        "Indian": _("🌊 Indian Ocean"),
        "Pacific": _("🌊 Pacific"),
    }
    buttons = [Button(names[region], "tz.region", (region, 0)) for region in timezones.REGIONS]
    return Reply(text=render("timezone/regions"), keyboard=[*_pairs(buttons), back_row("settings")])


def choose_city(request: Request) -> Reply:
    region, page = request.args[0], int(request.args[1])
    zones = timezones.list_cities(region)
    first = page * CITIES_PER_PAGE
    shown = zones[first : first + CITIES_PER_PAGE]
    turns = []
    if page > 0:
        turns.append(Button(_("◀️ Previous"), "tz.region", (region, page - 1)))
    if first + CITIES_PER_PAGE < len(zones):
        turns.append(Button(_("Next ▶️"), "tz.region", (region, page + 1)))
    keyboard = [*_zone_rows(shown, request.now), turns, back_row("tz")]
    return Reply(text=render("timezone/cities"), keyboard=keyboard)


def read_city(request: Request) -> Reply:
    """The answer to the question: one match is taken, several are offered."""
    found = timezones.search(request.text[:64], MATCHES_MAX)
    if len(found) == 1:
        return _save(request, found[0])
    ask(request, PROMPT)
    text = render("timezone/matches", asked=request.text, has_matches=bool(found))
    return Reply(text=text, keyboard=[*_zone_rows(found, request.now), back_row("tz")])


def save(request: Request) -> Reply:
    return _save(request, request.args[0])


def _save(request: Request, name: str) -> Reply:
    set_timezone(member=request.member, name=name)
    return settings.show(request)


def _zone_rows(zones: list[str], now: datetime) -> Keyboard:
    """Each city with its time at the moment, which tells more than its distance from UTC."""
    buttons = []
    for zone in zones:
        clock = f"{now.astimezone(ZoneInfo(zone)):%H:%M}"
        buttons.append(Button(f"{timezones.city_of(zone)} · {clock}", "tz.set", (zone,)))
    return _pairs(buttons)


def _pairs(buttons: list[Button]) -> list[list[Button]]:
    return [buttons[index : index + 2] for index in range(0, len(buttons), 2)]
