"""Every way into the bot, in three tables: commands, buttons, and answers to a question."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from botrunner.replies import Reply
from botrunner.requests import Request
from botrunner.screens import (
    addpoints,
    bag,
    daily,
    help,
    history,
    home,
    invites,
    lease,
    level,
    numbers,
    personal_data,
    points,
    profile,
    providers,
    ready,
    search,
    send,
    settings,
    staff,
    start,
    timezone,
    top,
    vip,
    vip_gift,
    vip_staff,
    vouches,
)
from botrunner.screens.games import (
    blackjack,
    challenge,
    hub,
    limits,
    pot,
    roulette,
    slots,
    verify,
)

Screen = Callable[[Request], Reply]


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command as members type it. Staff commands show only to those who hold the permission."""

    name: str
    screen: Screen
    summary: str | Promise
    aliases: tuple[str, ...] = ()
    in_groups: bool = True
    permission: str = ""
    # The heading in /help: points, games, vip, numbers, you or staff.
    topic: str = "you"
    # Left out of Telegram's menu and /help: aliases of habit, technical commands.
    is_listed: bool = True


COMMANDS: tuple[Command, ...] = (
    Command(name="start", screen=start.start, summary=_("Open the menu"), in_groups=False),
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
    Command(name="games", screen=hub.show, summary=_("All games"), topic="games"),
    Command(
        name="roulette",
        screen=roulette.show,
        summary=_("The wheel: a colour, a dozen or one number"),
        topic="games",
        aliases=("roue",),
    ),
    Command(
        name="slots",
        screen=slots.show,
        summary=_("Three reels, one spin"),
        topic="games",
        aliases=("machine",),
    ),
    Command(
        name="blackjack",
        screen=blackjack.show,
        summary=_("Closer to 21 than the dealer"),
        topic="games",
    ),
    Command(
        name="duel",
        screen=challenge.show_duel,
        summary=_("Challenge somebody: an even chance, one takes both stakes"),
        topic="games",
    ),
    Command(
        name="rps",
        screen=challenge.show_rps,
        summary=_("Rock, paper, scissors against somebody"),
        topic="games",
        aliases=("pfc",),
    ),
    Command(
        name="pot",
        screen=pot.show,
        summary=_("Put stakes together in a group: one takes all"),
        topic="games",
    ),
    Command(
        name="verify",
        screen=verify.show,
        summary=_("Check how a game came out"),
        topic="games",
    ),
    Command(
        name="limits",
        screen=limits.show,
        summary=_("Limit what you lose, or take a break"),
        topic="games",
        in_groups=False,
    ),
    Command(
        name="addpoints",
        screen=addpoints.show,
        summary=_("Give or take points"),
        permission=addpoints.PERMISSION,
        topic="staff",
    ),
    Command(
        name="vip",
        screen=vip_gift.show_command,
        summary=_("Your VIP, buying it and giving it"),
        topic="vip",
    ),
    Command(
        name="addvip",
        screen=vip_staff.add_vip,
        summary=_("Give VIP to a member or to all"),
        permission="vip.add_grant",
        topic="staff",
    ),
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
    Command(name="invites", screen=invites.show, summary=_("Invite friends"), in_groups=False),
    Command(
        name="settings",
        screen=settings.show,
        summary=_("Language, time zone, notifications, your data"),
        in_groups=False,
    ),
    Command(name="help", screen=help.show, summary=_("What I can do")),
    Command(
        name="link",
        screen=staff.link,
        summary=_("Link your staff account"),
        in_groups=False,
        is_listed=False,
    ),
    Command(
        name="enable",
        screen=staff.enable_chat,
        summary=_("Switch this group on"),
        permission="accounts.change_chat",
        topic="staff",
    ),
    Command(
        name="disable",
        screen=staff.disable_chat,
        summary=_("Switch this group off"),
        permission="accounts.change_chat",
        topic="staff",
    ),
)

# Pressed buttons, by the route in their callback data.
BUTTONS: dict[str, Screen] = {
    "home": home.home,
    "help": help.show,
    "invites": invites.show,
    "lease": lease.show,
    "lease.change": lease.show_change,
    "lease.change.yes": lease.change,
    "lease.extend": lease.extend,
    "lease.release": lease.release,
    "lease.resend": lease.resend,
    "numbers": numbers.show,
    "numbers.card": numbers.show_card,
    "numbers.take": numbers.take,
    "settings": settings.show,
    "settings.language": settings.choose_language,
    "settings.language.set": settings.save_language,
    "settings.notify": settings.save_notification,
    "tz": timezone.choose_region,
    "tz.region": timezone.choose_city,
    "tz.set": timezone.save,
    "data.export": personal_data.export,
    "data.delete": personal_data.explain_deletion,
    "data.delete.ask": personal_data.ask_again,
    "data.delete.now": personal_data.delete,
    "staff": staff.show,
    "staff.link": staff.show_link,
    "staff.unlink": staff.unlink,
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
    "top": top.show,
    "games": hub.show,
    "roulette": roulette.show,
    "roulette.stake": roulette.ask_stake,
    "roulette.numbers": roulette.show_numbers,
    "roulette.pays": roulette.show_pays,
    "roulette.spin": roulette.spin,
    "verify": verify.show,
    "limits": limits.show,
    "limits.set": limits.set_limit,
    "limits.other": limits.ask_limit,
    "limits.pause": limits.choose_pause,
    "limits.pause.card": limits.confirm_pause,
    "limits.pause.go": limits.pause,
    "slots": slots.show,
    "slots.pays": slots.show_pays,
    "slots.stake": slots.ask_stake,
    "slots.spin": slots.spin,
    "blackjack": blackjack.show,
    "blackjack.pays": blackjack.show_pays,
    "blackjack.stake": blackjack.ask_stake,
    "blackjack.deal": blackjack.deal,
    "blackjack.hit": blackjack.hit,
    "blackjack.stand": blackjack.stand,
    "blackjack.double": blackjack.double,
    "duel": challenge.show_duel,
    "duel.card": challenge.show_duel_card,
    "duel.go": challenge.send_duel,
    "rps": challenge.show_rps,
    "rps.card": challenge.show_rps_card,
    "rps.go": challenge.send_rps,
    "rps.choose": challenge.choose,
    "challenge.accept": challenge.accept,
    "challenge.decline": challenge.decline,
    "challenge.withdraw": challenge.withdraw,
    "pot": pot.show,
    "pot.open": pot.start,
    "pot.join": pot.join,
    "pot.in": pot.join_by_card,
    "send": send.show,
    "send.amounts": send.show_amounts,
    "send.amount": send.ask_other_amount,
    "send.card": send.show_card,
    "send.go": send.confirm,
    "send.cancel": send.cancel,
    "addpoints.go": addpoints.confirm,
    "addpoints.cancel": addpoints.cancel,
    "vip": vip.show,
    "vip.plan": vip.show_plan,
    "vip.buy": vip.buy,
    "vip.give": vip_gift.show,
    "vip.give.plans": vip_gift.show_plans,
    "vip.give.card": vip_gift.show_card,
    "vip.give.go": vip_gift.confirm,
    "vip.grant": vip_staff.confirm,
    "vip.grant.cancel": vip_staff.cancel,
}

# The next text of a member who was asked a question, by the route of the question.
PROMPTS: dict[str, Screen] = {
    vouches.ASK_REASON: vouches.void,
    vip_gift.ASK_WHOM: vip_gift.show,
    vip_staff.ASK_REASON: vip_staff.read_reason,
    "roulette.stake": roulette.read_stake,
    "roulette.number": roulette.read_number,
    "slots.stake": slots.show,
    "verify": verify.show,
    "blackjack.stake": blackjack.show,
    "limits.other": limits.read_limit,
    "duel.to": challenge.show_duel,
    "rps.to": challenge.show_rps,
    "send.to": send.show,
    "send.amount": send.read_amount,
    timezone.PROMPT: timezone.read_city,
}

_BY_NAME = {name: command for command in COMMANDS for name in (command.name, *command.aliases)}


def find_command(name: str) -> Command | None:
    return _BY_NAME.get(name.lower())
