"""/vouches: who vouched for a member; a photo in a group that vouches; and taking one back."""

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.services import bot_actor
from botrunner.addressees import read_addressee
from botrunner.errors import NotAllowed
from botrunner.keyboards import back_row, home_row
from botrunner.prompts import ask
from botrunner.refusals import build_refusal
from botrunner.replies import Button, Keyboard, Reply, render
from botrunner.requests import Request
from botrunner.vouch_photos import find_named_provider, read_photo
from points.selectors import Board, count_given, get_vouch, last_vouches, provider_of, standing_of
from points.services import give_vouch, void_vouch
from project.errors import Refusal

if TYPE_CHECKING:
    from accounts.models import Member
    from points.models import Vouch

PERMISSION = "points.void_vouch"
ASK_REASON = "vouches.void.reason"


def hear(request: Request) -> str:
    """The line about a vouch in a group; nothing where a message is none."""
    photo = read_photo(request.payload)
    provider = photo and find_named_provider(request.payload)
    if not photo or not provider:
        return ""
    try:
        # A savepoint of its own: what is refused here still earns XP.
        with transaction.atomic():
            vouched = give_vouch(
                provider_id=provider.pk, author_id=request.member.pk, photo=photo, now=request.now
            )
    except Refusal as refusal:
        return build_refusal(request, refusal).text
    if vouched is None:
        return ""
    return render(
        "vouches/counted",
        provider=provider.member,
        count=vouched.count,
        author_points=vouched.vouch.author_points,
    )


def show(request: Request) -> Reply:
    """One's own, those of who is named, or of the provider whose number a button bears."""
    if request.args:
        provider = provider_of(int(request.args[0]))
        return _page(request, provider.member if provider else request.member)
    other, _rest = read_addressee(request)
    return _page(request, other or request.member)


def ask_void(request: Request) -> Reply:
    _check_permission(request)
    vouch = get_vouch(int(request.args[0]))
    ask(request, ASK_REASON, vouch.pk)
    text = render("vouches/ask_void", vouch=vouch, provider=vouch.provider.member)
    return Reply(text=text, keyboard=[back_row("vouches", vouch.provider_id)])


def void(request: Request) -> Reply:
    """The reason was sent: it is the confirmation."""
    _check_permission(request)
    vouch = void_vouch(
        vouch_id=int(request.args[0]),
        reason=request.text,
        actor=bot_actor(request.member),
        now=request.now,
    )
    return _page(request, vouch.provider.member, is_voided=True)


def _page(request: Request, member: "Member", *, is_voided: bool = False) -> Reply:
    provider = provider_of(member.pk)
    vouches = last_vouches(member.pk) if provider else []
    is_own = member.pk == request.member.pk
    text = render(
        "vouches/vouches",
        member=member,
        provider=provider,
        standing=standing_of(member, Board.VOUCHES) if provider else None,
        vouches=vouches,
        is_own=is_own,
        given=count_given(member.pk) if is_own and not provider else 0,
        may_void=_may_void(request),
        is_voided=is_voided,
    )
    return Reply(text=text, keyboard=_keyboard(request, vouches) if request.is_private else ())


def _keyboard(request: Request, vouches: "list[Vouch]") -> Keyboard:
    voids = [
        Button(f"✖️ {place}", "vouches.void", (vouch.pk,))
        for place, vouch in enumerate(vouches, start=1)
    ]
    rows = [voids] if _may_void(request) else []
    return [*rows, [Button(_("⭐ Providers"), "providers")], home_row()]


def _may_void(request: Request) -> bool:
    return request.is_private and request.may(PERMISSION)


def _check_permission(request: Request) -> None:
    if not _may_void(request):
        raise NotAllowed()
