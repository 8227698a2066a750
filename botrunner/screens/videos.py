"""Videos as members meet them: the next one, the same again, a report."""

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from botrunner.keyboards import home_row
from botrunner.replies import Button, Clip, Keyboard, Reply, render
from botrunner.requests import Request
from vip.errors import VideosUsedUp
from vip.selectors import get_settings, is_premium_offered
from vip.services import ReportReason, Shown, next_video, report_video, show_again

if TYPE_CHECKING:
    from vip.models import Video


def show_next(request: Request) -> Reply:
    try:
        shown = next_video(member_id=request.member.pk, key=request.key, now=request.now)
    except VideosUsedUp as refusal:
        return _say_used_up(refusal)
    return say_shown(shown, request.key, is_counted=shown.used is not None)


def show_same(request: Request) -> Reply:
    shown = show_again(member_id=request.member.pk, video_id=int(request.args[0]))
    return say_shown(shown, request.key, is_counted=False)


def same_again(video: "Video") -> Shown:
    """For a video that is sent a second time, because its file was refused the first time."""
    return Shown(video, get_settings())


def say_shown(shown: Shown | None, key: str, *, is_counted: bool) -> Reply:
    """None: there was nothing to send in place of a file that Telegram refused."""
    if shown is None:
        return Reply(text=render("videos/none_left"), keyboard=[home_row()])
    video, numbers = shown.video, shown.numbers
    text = render(
        "videos/video",
        shown=shown,
        video=video,
        stay=timedelta(minutes=numbers.video_minutes),
    )
    clip = Clip(
        video_id=video.pk,
        file_id=video.file_id,
        key=key,
        is_counted=is_counted,
        minutes=numbers.video_minutes,
        is_protected=numbers.videos_protected,
    )
    return Reply(text=text, keyboard=_keyboard(video), clip=clip)


def ask_reason(request: Request) -> Reply:
    video_id = int(request.args[0])
    reasons = (
        (_("▶️ It does not play"), ReportReason.BROKEN),
        (_("🏷 Not what it says"), ReportReason.WRONG),
        (_("🙈 Offending"), ReportReason.OFFENDING),
        (_("⚖️ Against the law"), ReportReason.FORBIDDEN),
    )
    rows = [
        [Button(label, "videos.report.go", (video_id, reason.value))] for label, reason in reasons
    ]
    return Reply(text=render("videos/report"), keyboard=[*rows, home_row()])


def report(request: Request) -> Reply:
    is_new = report_video(
        member_id=request.member.pk,
        video_id=int(request.args[0]),
        reason=request.args[1],
        now=request.now,
    )
    text = render("videos/reported", is_new=is_new)
    return Reply(text=text, keyboard=[[_next_button()], home_row()])


def _say_used_up(refusal: VideosUsedUp) -> Reply:
    """When there is more, and what lifts the limit now."""
    ways = [Button(_("👑 VIP"), "vip")]
    facts = dict(refusal.params)
    if is_premium_offered():
        ways.insert(0, Button(_("🎟 Premium"), "premium"))
        facts["premium_span"] = timedelta(hours=get_settings().premium_hours)
    return Reply(text=render("refusals/videos_used_up", **facts), keyboard=[ways, home_row()])


def _next_button() -> Button:
    return Button(_("▶️ Next video"), "videos")


def _keyboard(video: "Video") -> Keyboard:
    again = Button(_("🔁 Again"), "videos.again", (video.pk,))
    report = Button(_("🚩 Report"), "videos.report", (video.pk,))
    return [[_next_button()], [again, report], home_row()]
