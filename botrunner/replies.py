"""What a screen function gives back: one answer, decided in the transaction, sent after it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.template.loader import render_to_string

# Owners of a button that no Telegram id names.
EVERYBODY, NOBODY = 0, -1

_GAP = re.compile(r"\n{3,}")


@dataclass(frozen=True, slots=True)
class Button:
    """A button of an inline keyboard: a route with arguments, an address, or a text to copy."""

    text: str
    route: str = ""
    args: tuple[str | int, ...] = ()
    url: str = ""
    copy: str = ""
    # The Telegram id of the one who may press it, or EVERYBODY; None: who is answered.
    owner: int | None = None


Keyboard = Sequence[Sequence[Button]]


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file made when the reply is sent: `kind` names its maker in attachments.py.

    `caption` goes with a picture in place of the reply's text, where that repeats it.
    """

    kind: str
    params: Mapping[str, Any] = field(default_factory=dict)
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """An address found when the reply is sent: `kind` names its finder in links.py.

    It goes to the button whose url is links.PLACE. `instead` is what is said where the finder
    says so, by its word for that.
    """

    kind: str
    params: Mapping[str, Any]
    instead: "Mapping[str, Reply]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """An invoice in Telegram Stars; plain texts, of at most 32 and 255 characters."""

    title: str
    description: str
    payload: str
    stars: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Clip:
    """A video that bears the reply's text as its caption.

    `file_id` is Telegram's; where it has none yet, the upload is sent. `minutes` after which
    the message leaves the chat, 0: it stays. `key` and `is_counted` are those of the press
    that is answered: where Telegram refuses the file, another video takes its place.
    """

    video_id: int
    file_id: str
    key: str
    is_counted: bool
    minutes: int = 0
    is_protected: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """`text` is Telegram's HTML. A reply to a button edits its message unless `fresh`."""

    text: str = ""
    keyboard: Keyboard = ()
    fresh: bool = False
    # Shown over the chat when a button was pressed: a line that passes, or a box to close.
    toast: str = ""
    is_alert: bool = False
    attachment: Attachment | None = None
    # Sent as a message of its own, in place of a text.
    bill: Bill | None = None
    clip: Clip | None = None
    # Of an outbox message: the message that it edits, and the game whose card it bears.
    message_id: int | None = None
    game_id: int | None = None
    # The game that it shows as not over: once that is over, this is not sent any more.
    open_game_id: int | None = None
    link: Link | None = None


NOTHING = Reply()


def render(template: str, **context: Any) -> str:
    """A message's text from templates/bot/, escaped, in the language switched on by the caller."""
    text = render_to_string(f"bot/{template}.html", context).strip()
    # Where a part between two empty lines has nothing to say.
    return _GAP.sub("\n\n", text)
