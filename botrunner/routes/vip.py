"""Ways to VIP."""

from django.utils.translation import gettext_lazy as _

from botrunner.routes.command import Command, Screen
from botrunner.screens import premium, vip, vip_gift

COMMANDS = (
    Command(
        name="vip",
        screen=vip_gift.show_command,
        summary=_("Your VIP, buying it and giving it"),
        topic="vip",
    ),
    Command(
        name="premium",
        screen=premium.show,
        summary=_("Premium for a while by watching an ad"),
        topic="vip",
        in_groups=False,
    ),
)

BUTTONS: dict[str, Screen] = {
    "vip": vip.show,
    "vip.auto": vip.switch_auto_search,
    "vip.plan": vip.show_plan,
    "vip.buy": vip.buy,
    "premium": premium.show,
    "premium.link": premium.give_link,
    "vip.give": vip_gift.show,
    "vip.give.plans": vip_gift.show_plans,
    "vip.give.card": vip_gift.show_card,
    "vip.give.go": vip_gift.confirm,
}

PROMPTS: dict[str, Screen] = {
    vip_gift.ASK_WHOM: vip_gift.show,
}
