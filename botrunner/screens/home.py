"""The menu, with a way to everything else."""

from django.utils.translation import gettext as _

from botrunner.identity import me
from botrunner.keyboards import home_row, videos_button
from botrunner.replies import Button, Keyboard, Reply, render
from botrunner.requests import Request


def home(request: Request) -> Reply:
    return show(request)


def show(request: Request, *, notice: str = "") -> Reply:
    """`notice` is a line above the menu, ready to be shown."""
    text = render(
        "home/home",
        member=request.member,
        balance=request.member.wallet.balance,
        vip_until=request.vip_until,
        is_frozen=request.member.is_frozen,
        is_first_contact=request.is_first_contact,
        notice=notice,
    )
    return Reply(text=text, keyboard=_menu(request))


def unknown(request: Request) -> Reply:
    """A text or command we have no answer to."""
    keyboard = [[*home_row(), Button(_("❓ Help"), "help")]]
    return Reply(text=render("home/unknown"), keyboard=keyboard)


def private_only(request: Request) -> Reply:
    """A command that shows private things, given in a group: its link runs it in private."""
    name = request.text.split()[0].removeprefix("/").partition("@")[0].lower()
    link = Button(_("Open our private chat"), url=me.start_link(f"cmd_{name}"))
    return Reply(text=render("home/private_only"), keyboard=[[link]])


def _menu(request: Request) -> Keyboard:
    rows = [
        [Button(_("💰 Points"), "points"), Button(_("🎁 Daily bonus"), "daily")],
        [Button(_("🔍 Search"), "search"), Button(_("🎒 Bag"), "bag")],
        [Button(_("🎲 Games"), "games"), Button(_("⏱ What is ready"), "ready")],
        [Button(_("🎖 Level"), "level"), Button(_("🏆 Leaderboard"), "top")],
        [Button(_("💸 Send points"), "send"), Button(_("🧾 History"), "history")],
        [Button(_("👑 VIP"), "vip"), videos_button()],
        [Button(_("📱 Numbers"), "numbers"), Button(_("⏳ My number"), "lease")],
        [Button(_("👥 Invite friends"), "invites"), Button(_("⚙️ Settings"), "settings")],
        [Button(_("❓ Help"), "help")],
    ]
    if request.is_staff:
        rows[-1].append(Button(_("🛠 Staff"), "staff"))
    return rows
