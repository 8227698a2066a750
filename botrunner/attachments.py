"""Files that go with a reply, made when it is sent: by kind. No file is ever stored."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.utils import translation

from accounts.selectors import export_member
from botrunner.pictures.rank_card import RankCard, draw
from vip.selectors import find_video


@dataclass(frozen=True, slots=True)
class File:
    """`thumbnail` and `facts` go with a video: its preview, and the call's further params."""

    filename: str
    content: bytes
    thumbnail: bytes = b""
    facts: Mapping[str, Any] = field(default_factory=dict)


class NoFile(Exception):
    """What was to be sent is not there any more."""


def make_member_export(params: Mapping[str, Any]) -> File:
    """Everything we hold about a member, for himself."""
    data = export_member(params["member_id"])
    text = json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
    return File("my-data.json", text.encode())


def make_rank_card(params: Mapping[str, Any]) -> File:
    """From the facts as they were when the reply was decided, and its language."""
    with translation.override(params["language"]):
        return File("rank.png", draw(RankCard(**params["facts"])))


def make_video(params: Mapping[str, Any]) -> File:
    """An upload on its first way to Telegram. Raises NoFile."""
    video = find_video(params["video_id"])
    if video is None or not video.upload:
        raise NoFile
    try:
        content = video.upload.read()
        thumbnail = video.thumbnail.read() if video.thumbnail else b""
    except OSError:
        raise NoFile from None
    facts = {"duration": video.seconds, "width": video.width, "height": video.height}
    known = {name: value for name, value in facts.items() if value}
    return File(f"video{video.number}.mp4", content, thumbnail, known)


@dataclass(frozen=True, slots=True)
class Kind:
    """`part` is the method's name for the file. A maker may read the database.

    A picture is made of its params alone, so the same params need it made and sent once.
    """

    make: Callable[[Mapping[str, Any]], File]
    method: str = "sendDocument"
    part: str = "document"
    is_picture: bool = False


KINDS = {
    "member_export": Kind(make_member_export),
    "video": Kind(make_video, "sendVideo", "video"),
    "rank_card": Kind(make_rank_card, "sendPhoto", "photo", is_picture=True),
}


def make(kind: str, params: Mapping[str, Any]) -> File:
    return KINDS[kind].make(params)
