"""Premium by ad: the page before the link, the link, and coming back with its token."""

from django.utils.translation import gettext as _

from botrunner.keyboards import back_row, home_row, videos_button
from botrunner.links import PLACE
from botrunner.replies import Button, Link, Reply, render
from botrunner.requests import Request
from vip.selectors import get_settings, read_premium_offer
from vip.services import PASS_PREFIX, offer_pass, use_pass


def show(request: Request) -> Reply:
    """What the member gets, before he is given a link that leads elsewhere."""
    numbers = get_settings()
    offer = read_premium_offer(request.member.pk, numbers, request.now)
    until = request.premium_until
    text = render(
        "premium/premium",
        offer=offer,
        videos=numbers.videos_hourly_max,
        until=until,
        left=until - request.now if until else None,
        vip_until=request.vip_until,
    )
    if offer.is_offered and offer.left and not request.is_vip:
        return Reply(text=text, keyboard=[[_get_link()], back_row("vip")])
    return Reply(text=text, keyboard=[back_row("vip")])


def give_link(request: Request) -> Reply:
    """The address itself is found when this is sent, and recorded nowhere but on the pass."""
    if request.is_vip:
        return show(request)
    given = offer_pass(member_id=request.member.pk, now=request.now)
    times = {"expires_at": given.expires_at, "left": given.expires_at - request.now}
    hours = get_settings().premium_hours
    bare = Reply(
        text=render("premium/bare", hours=hours, **times),
        keyboard=[[Button(_("🎁 Get premium"), url=PLACE)], back_row("premium")],
    )
    none = Reply(
        text=render("premium/no_link"),
        keyboard=[[Button(_("🔄 Try again"), "premium.link")], back_row("premium")],
    )
    return Reply(
        text=render("premium/link", hours=hours, **times),
        keyboard=[[Button(_("▶️ Watch the ad"), url=PLACE)], back_row("premium")],
        toast=_("One moment…"),
        link=Link("pass", {"pass_id": given.pk}, {"bare": bare, "none": none}),
    )


def come_back(request: Request, value: str) -> Reply:
    """The way from the ad: t.me/<bot>?start=<token>."""
    token = f"{PASS_PREFIX}_{value}"
    use = use_pass(member_id=request.member.pk, token=token, now=request.now)
    if use.until is None:
        return Reply(text=render("premium/waiting"), keyboard=[home_row()])
    text = render(
        "premium/granted", until=use.until, left=use.until - request.now, left_today=use.left_today
    )
    return Reply(text=text, keyboard=[[videos_button()], home_row()])


def _get_link() -> Button:
    return Button(_("🔗 Get my link"), "premium.link")
