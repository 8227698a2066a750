"""/start, alone or with the payload of a deep link (t.me/<bot>?start=<prefix>_<value>)."""

from collections.abc import Callable

from accounts.services import accept_invitation
from botrunner.replies import Reply, render
from botrunner.requests import Request
from botrunner.screens import home, premium
from points.services import reward_referral
from vip.services import PASS_PREFIX


def start(request: Request) -> Reply:
    payload = request.words[0] if request.words else ""
    prefix, _separator, value = payload.partition("_")
    follow = PAYLOADS.get(prefix)
    request.text = ""
    return follow(request, value) if follow else home.show(request)


def follow_invitation(request: Request, code: str) -> Reply:
    """Counts on the first contact only, and never for oneself."""
    inviter = None
    if request.is_first_contact:
        inviter = accept_invitation(member=request.member, code=code)
    if inviter is None:
        return home.show(request, notice=render("start/not_invited"))
    amount = reward_referral(inviter_id=inviter.pk, invited_id=request.member.pk, now=request.now)
    return home.show(request, notice=render("start/invited", inviter=inviter, amount=amount))


def follow_command(request: Request, name: str) -> Reply:
    """The way from a group: the command is run here, where its answer is nobody else's."""
    # The table names this module's screen: it can be read only once it is made.
    from botrunner.router import find_command

    command = find_command(name)
    if command is None or command.permission or command.screen is start:
        return home.show(request)
    return command.screen(request)


PAYLOADS: dict[str, Callable[[Request, str], Reply]] = {
    "ref": follow_invitation,
    "cmd": follow_command,
    PASS_PREFIX: premium.come_back,
}
