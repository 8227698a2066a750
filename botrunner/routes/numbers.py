"""Ways to phone numbers."""

from django.utils.translation import gettext_lazy as _

from botrunner.routes.command import Command, Screen
from botrunner.screens import lease, number_queue, numbers

COMMANDS = (
    Command(
        name="countries",
        screen=numbers.show,
        summary=_("Take a phone number for a while"),
        aliases=("numbers",),
        topic="numbers",
        in_groups=False,
    ),
    Command(
        name="status",
        screen=lease.show,
        summary=_("The number you hold"),
        topic="numbers",
        in_groups=False,
    ),
)

BUTTONS: dict[str, Screen] = {
    "lease": lease.show,
    "lease.change": lease.show_change,
    "lease.change.yes": lease.change,
    "lease.extend": lease.extend,
    "lease.release": lease.release,
    "lease.resend": lease.resend,
    "numbers": numbers.show,
    "numbers.agree": numbers.agree,
    "numbers.card": numbers.show_card,
    "numbers.take": numbers.take,
    "numbers.unwait": number_queue.leave,
    "numbers.wait": number_queue.join,
}
