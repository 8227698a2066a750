"""Three drawn clips of a few seconds, and who watched them.

The clips were painted on a canvas and recorded by a browser: nobody else has a right in them.
"""

from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from django.core.files.base import ContentFile

from accounts.services import Actor
from project.errors import Refusal
from vip.films import read_film
from vip.models import Video
from vip.services import next_number, next_video, save_video, tally_views

if TYPE_CHECKING:
    from accounts.models import Member

CLIPS = Path(__file__).parent / "clips"
_FILMS = (
    ("waves", "Waves at dusk (demo)", "sea calm"),
    ("orbit", "Three small planets (demo)", "space"),
    ("bars", "Dancing bars (demo)", "music colours"),
)
VIEWS_DAILY = 12


def publish_films(actor: Actor, now: datetime) -> None:
    for name, title, tags in _FILMS:
        content = (CLIPS / f"{name}.mp4").read_bytes()
        with (CLIPS / f"{name}.mp4").open("rb") as file:
            film = read_film(file)
        video = Video(
            number=next_number(),
            title=title,
            tags=tags,
            seconds=film.seconds,
            width=film.width,
            height=film.height,
            bytes=len(content),
            content_hash=film.content_hash,
            is_active=True,
        )
        video.upload.save(f"{film.content_hash[:32]}.mp4", ContentFile(content), False)
        save_video(video, actor=actor, now=now)


def watch(members: "list[Member]", dice: Random, first: datetime, end: datetime) -> None:
    """Some of those who were there by then, day by day."""
    moment = first
    while moment < end:
        there = [member for member in members if member.joined_at < moment]
        for number in range(min(VIEWS_DAILY, len(there))):
            key = f"demo:{moment.isoformat()}:{number}"
            try:
                next_video(member_id=dice.choice(there).pk, key=key, now=moment)
            except Refusal:
                # Five in this hour already.
                continue
        moment += timedelta(days=1)
        tally_views(min(moment, end))
