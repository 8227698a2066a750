"""/providers: who can be vouched for, most vouches first."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from botrunner.identity import me
from botrunner.keyboards import home_row
from botrunner.replies import Button, Keyboard, Reply, render
from botrunner.requests import Request
from botrunner.texts import format_name, format_number
from points.selectors import list_providers

if TYPE_CHECKING:
    from points.models import VouchProvider


def show(request: Request) -> Reply:
    page = int(request.args[0]) if request.args else 0
    providers, is_more = list_providers(page)
    if page and not providers:
        # The last of that page were unmarked since its button was drawn.
        request.args = ()
        return show(request)
    text = render("vouches/providers", providers=providers)
    if request.is_private:
        return Reply(text=text, keyboard=_keyboard(providers, page, is_more=is_more))
    link = Button(_("Open our private chat"), url=me.start_link("cmd_providers"))
    return Reply(text=text, keyboard=[[link]])


def _keyboard(providers: "list[VouchProvider]", page: int, *, is_more: bool) -> Keyboard:
    rows = [
        [
            Button(
                f"{format_name(provider.member)} · {format_number(provider.vouch_count)}",
                "vouches",
                (provider.pk,),
            )
        ]
        for provider in providers
    ]
    turn = [Button(_("◀️ Previous"), "providers", (page - 1,))] if page else []
    turn += [Button(_("Next ▶️"), "providers", (page + 1,))] if is_more else []
    return [*rows, turn, [Button(_("⭐ My vouches"), "vouches")], home_row()]
