"""Ways to the menu."""

from django.utils.translation import gettext_lazy as _

from botrunner.routes.command import Command, Screen
from botrunner.screens import home, start

COMMANDS = (Command(name="start", screen=start.start, summary=_("Open the menu"), in_groups=False),)

BUTTONS: dict[str, Screen] = {
    "home": home.home,
}
