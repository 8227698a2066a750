"""What staff write beside a video: its title and its tags."""

import re
from collections.abc import Iterable

from project.words import clean_words
from vip.models import TAGS_LENGTH_MAX, TITLE_LENGTH_MAX

TAGS_MAX = 10
_HASHTAG = re.compile(r"#(\w{1,64})")


def read_caption(caption: str) -> tuple[str, str]:
    """Title and tags: the tags are its #hashtags."""
    found = dict.fromkeys(tag.lower() for tag in _HASHTAG.findall(caption))
    title = clean_words(_HASHTAG.sub(" ", caption), TITLE_LENGTH_MAX)
    return title, _join_tags(found)


def clean_tags(text: str) -> str:
    """Tags as staff type them: by spaces or commas, with # or without."""
    return _join_tags(dict.fromkeys(re.findall(r"\w{1,64}", text.lower())))


def _join_tags(tags: Iterable[str]) -> str:
    joined = ""
    for tag in list(tags)[:TAGS_MAX]:
        longer = f"{joined} {tag}".strip()
        joined = longer if len(longer) <= TAGS_LENGTH_MAX else joined
    return joined
