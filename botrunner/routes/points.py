"""Ways to points and what they bring: levels, the bag, vouches, leaderboards."""

from django.utils.translation import gettext_lazy as _

from botrunner.routes.command import Command, Screen
from botrunner.screens import (
    bag,
    daily,
    history,
    level,
    paysupport,
    points,
    profile,
    providers,
    ready,
    search,
    send,
    stars,
    top,
    vouches,
)

COMMANDS = (
    Command(
        name="points", screen=points.show, summary=_("Your points"), topic="points", aliases=("lc",)
    ),
    Command(
        name="daily",
        screen=daily.claim,
        summary=_("Collect your daily bonus"),
        topic="points",
        aliases=("cadeau",),
    ),
    Command(
        name="ready",
        screen=ready.show,
        summary=_("What you can do now, and when the rest is ready"),
        topic="points",
        in_groups=False,
    ),
    Command(
        name="level",
        screen=level.show,
        summary=_("Your XP and level"),
        topic="points",
        aliases=("niveau",),
    ),
    Command(
        name="bag",
        screen=bag.show,
        summary=_("Your bag, and using what is in it"),
        topic="points",
        aliases=("sac",),
        in_groups=False,
    ),
    Command(
        name="profile",
        screen=profile.show,
        summary=_("What you have reached, or somebody else has"),
        topic="points",
    ),
    Command(
        name="vouches",
        screen=vouches.show,
        summary=_("Who vouched for you, or for somebody else"),
        topic="points",
    ),
    Command(
        name="providers",
        screen=providers.show,
        summary=_("Who can be vouched for"),
        topic="points",
    ),
    Command(name="search", screen=search.search, summary=_("Search for points"), topic="points"),
    Command(
        name="send",
        screen=send.show,
        summary=_("Send points to somebody"),
        topic="points",
        aliases=("don",),
    ),
    Command(
        name="stars",
        screen=stars.show,
        summary=_("Buy points with Telegram Stars"),
        topic="points",
        in_groups=False,
    ),
    Command(
        name="paysupport",
        screen=paysupport.show,
        summary=_("Help with a payment, and refunds"),
        topic="you",
        in_groups=False,
    ),
    Command(
        name="terms",
        screen=paysupport.show_terms,
        summary=_("The terms of buying points"),
        topic="you",
        in_groups=False,
    ),
    Command(
        name="history",
        screen=history.show,
        summary=_("Where your points came from"),
        topic="points",
        in_groups=False,
    ),
    Command(
        name="top",
        screen=top.show,
        summary=_("Who leads, and your own place"),
        topic="points",
        aliases=("leaderboard", "classement"),
    ),
)

BUTTONS: dict[str, Screen] = {
    "points": points.show,
    "daily": daily.claim,
    "daily.remind": daily.remind,
    "ready": ready.show,
    "ready.remind": ready.remind,
    "level": level.show,
    "bag": bag.show,
    "bag.open": bag.open_some,
    "bag.use": bag.use,
    "profile": profile.show,
    "providers": providers.show,
    "vouches": vouches.show,
    "vouches.void": vouches.ask_void,
    "search": search.search,
    "search.remind": search.remind,
    "history": history.show,
    "paysupport": paysupport.show,
    "paysupport.ask": paysupport.ask,
    "terms": paysupport.show_terms,
    "stars": stars.show,
    "stars.buy": stars.buy,
    "top": top.show,
    "send": send.show,
    "send.amounts": send.show_amounts,
    "send.amount": send.ask_other_amount,
    "send.card": send.show_card,
    "send.go": send.confirm,
    "send.cancel": send.cancel,
}

PROMPTS: dict[str, Screen] = {
    paysupport.ASK: paysupport.read,
    vouches.ASK_REASON: vouches.void,
    "send.to": send.show,
    "send.amount": send.read_amount,
}
