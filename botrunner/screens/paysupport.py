"""Help with a payment: what was paid, how to ask for it back, and a request to the staff."""

from django.utils.translation import gettext as _

from accounts.selectors import language_of
from botrunner import prompts
from botrunner.keyboards import back_row, home_row
from botrunner.replies import Button, Reply, render
from botrunner.requests import Request
from vip.selectors import find_open_request, find_terms, list_star_payments
from vip.services.stars import ask_support

ASK = "paysupport"


def show(request: Request) -> Reply:
    """With words behind the command, they are the request."""
    if request.text and not request.is_button:
        return read(request)
    open_request = find_open_request(request.member.pk)
    text = render(
        "stars/support",
        payments=list_star_payments(request.member.pk),
        open_request=open_request,
    )
    ask = [] if open_request else [Button(_("✍️ Write to us"), "paysupport.ask")]
    return Reply(text=text, keyboard=[ask, [Button(_("📄 Terms"), "terms")], home_row()])


def ask(request: Request) -> Reply:
    prompts.ask(request, ASK)
    return Reply(text=render("stars/ask"), keyboard=[back_row("paysupport")])


def read(request: Request) -> Reply:
    ask_support(member_id=request.member.pk, text=request.text, now=request.now)
    return Reply(text=render("stars/asked"), keyboard=[home_row()])


def show_terms(request: Request) -> Reply:
    text = render("stars/terms", text=find_terms(language_of(request.member)))
    return Reply(text=text, keyboard=[back_row("stars")])
