"""A pool's rules, to be agreed to before the first number."""

from django.utils.translation import gettext as _

from botrunner.keyboards import back_row
from botrunner.replies import Button, Reply, render
from botrunner.requests import Request
from numbers.errors import RulesNotAccepted
from numbers.selectors import find_rules, flag_of
from numbers.services import accept_rules


def show(request: Request, pool_id: int) -> Reply:
    pool = find_rules(pool_id)
    if pool is None:
        # Taken away meanwhile: there is nothing left to agree to.
        keyboard = [[Button(_("📱 Numbers"), "numbers")], back_row("numbers")]
        return Reply(text=render("refusals/no_numbers"), keyboard=keyboard)
    text = render("numbers/rules", pool=pool, flag=flag_of(pool.country))
    agree = Button(_("✅ I agree"), "numbers.agree", (pool.pk, pool.rules_version))
    return Reply(text=text, keyboard=[[agree], back_row("numbers")])


def agree(request: Request) -> Reply | None:
    """None when he has agreed; else the rules as they are now."""
    pool_id, version = int(request.args[0]), int(request.args[1])
    try:
        accept_rules(member_id=request.member.pk, pool_id=pool_id, version=version, now=request.now)
    except RulesNotAccepted:
        return show(request, pool_id)
    return None
