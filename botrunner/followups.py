"""What follows a call, by the kinds that calls.py writes beside it. Runs off the loop.

`note_sent` keeps what Telegram's answer says; `find_instead` finds what is sent instead of a
file that Telegram refuses.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.selectors import find_member
from botrunner import leaving
from botrunner.calls import Call, build_notice_call
from botrunner.screens import videos
from botrunner.texts import speaking_to
from vip.selectors import find_video
from vip.services import Shown, note_file, refuse_file, replace_video

# A bot whose token was changed has lost all files: nobody waits until all are set aside.
REFUSALS_MAX = 5


def note_sent(wanted: Mapping[str, Any], message: dict[str, Any]) -> None:
    _SENT[wanted["kind"]](wanted["params"], message)


def find_instead(wanted: Mapping[str, Any], chat_id: int, why: str) -> Call | None:
    """None: there is nobody to send anything to."""
    return _INSTEAD[wanted["kind"]](wanted["params"], chat_id, why)


def _note_video(params: Mapping[str, Any], message: dict[str, Any]) -> None:
    file = message.get("video") or {}
    if params["is_new"] and file:
        note_file(
            video_id=params["video_id"],
            file_id=file["file_id"],
            unique_id=file["file_unique_id"],
        )
    if params["minutes"]:
        leave_at = timezone.now() + timedelta(minutes=params["minutes"])
        leaving.note(message["chat"]["id"], message["message_id"], leave_at)


def _find_other_video(params: Mapping[str, Any], chat_id: int, why: str) -> Call | None:
    now = timezone.now()
    video_id, file_id, key = params["video_id"], params["file_id"], params["key"]
    can_upload = refuse_file(video_id=video_id, file_id=file_id, note=why, now=now)
    member = find_member(chat_id)
    if member is None:
        return None
    refusals = params.get("refusals", 0) + 1
    video = find_video(video_id) if can_upload else None
    with speaking_to(member):
        if video is not None and refusals <= REFUSALS_MAX:
            shown: Shown | None = videos.same_again(video)
        else:
            shown = replace_video(
                member_id=member.pk,
                video_id=video_id,
                key=key,
                is_counted=params["is_counted"],
                is_last=refusals > REFUSALS_MAX,
                now=now,
            )
        reply = videos.say_shown(shown, key, is_counted=params["is_counted"])
        call = build_notice_call(chat_id, chat_id, reply)
    if "on_refused_file" in call:
        call["on_refused_file"]["params"]["refusals"] = refusals
    return call


_SENT: dict[str, Callable[[Mapping[str, Any], dict[str, Any]], None]] = {"video": _note_video}
_INSTEAD: dict[str, Callable[[Mapping[str, Any], int, str], Call | None]] = {
    "video": _find_other_video
}
