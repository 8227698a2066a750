"""Staff publish a video by sending it to the bot: a card to look at, then the buttons."""

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from accounts.services import bot_actor
from botrunner.errors import NotAllowed
from botrunner.keyboards import home_row
from botrunner.replies import Button, Reply, render
from botrunner.requests import Request
from vip.errors import UnknownVideo
from vip.selectors import find_video
from vip.services import SentFile, draft_video, drop_draft, publish_video, take_down_video

if TYPE_CHECKING:
    from vip.models import Video

PERMISSION = "vip.add_video"


def is_offered(request: Request) -> bool:
    """Whether the message is a video from somebody who may publish it."""
    is_film = "video" in request.payload or _is_film_as_file(request.payload)
    return request.is_private and is_film and request.may(PERMISSION)


def receive(request: Request) -> Reply:
    if "video" not in request.payload:
        # Telegram sends no document as a video.
        return Reply(text=render("videos/publish/as_video"), keyboard=[home_row()])
    video, is_new = draft_video(
        file=_read_file(request.payload["video"]),
        caption=request.text,
        actor=bot_actor(request.member),
    )
    return _card(video, is_known=not is_new)


def publish(request: Request) -> Reply:
    _check_permission(request)
    actor = bot_actor(request.member)
    return _card(publish_video(video_id=_video_id(request), actor=actor, now=request.now))


def take_down(request: Request) -> Reply:
    _check_permission(request)
    return _card(take_down_video(video_id=_video_id(request), actor=bot_actor(request.member)))


def cancel(request: Request) -> Reply:
    """A draft goes; what was published meanwhile stays, and the card says so."""
    _check_permission(request)
    drop_draft(video_id=_video_id(request), actor=bot_actor(request.member))
    video = find_video(_video_id(request))
    if video is not None:
        return _card(video)
    return Reply(text=render("videos/publish/cancelled"), keyboard=[home_row()])


def _video_id(request: Request) -> int:
    if not request.args[0].isdecimal():
        raise UnknownVideo()
    return int(request.args[0])


def _check_permission(request: Request) -> None:
    """It may be gone since the card was shown."""
    if not request.may(PERMISSION):
        raise NotAllowed()


def _card(video: "Video", *, is_known: bool = False) -> Reply:
    text = render(
        "videos/publish/card",
        video=video,
        is_known=is_known,
    )
    act = (
        Button(_("⏸ Take down"), "video.take_down", (video.pk,))
        if video.is_active
        else Button(_("✅ Publish"), "video.publish", (video.pk,))
    )
    row = [act]
    if video.published_at is None:
        row.append(Button(_("✖️ Cancel"), "video.cancel", (video.pk,)))
    return Reply(text=text, keyboard=[row, home_row()])


def _is_film_as_file(message: dict[str, Any]) -> bool:
    file = message.get("document") or {}
    return "animation" in message or (file.get("mime_type") or "").startswith("video/")


def _read_file(video: dict[str, Any]) -> SentFile:
    return SentFile(
        file_id=video["file_id"],
        unique_id=video["file_unique_id"],
        seconds=video.get("duration") or 0,
        width=video.get("width") or 0,
        height=video.get("height") or 0,
        bytes=video.get("file_size") or 0,
    )
