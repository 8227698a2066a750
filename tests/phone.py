"""A member's phone: sends whole updates through the pipeline and shows what came back.

phone = Phone(make_member(points=100))
phone.say("/vip")
phone.press("1 day")
assert "Confirm" in phone.buttons
"""

from datetime import datetime
from itertools import count
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Member
from botrunner.pipeline import handle_update

_update_ids = count(1)
_message_ids = count(1)


class Phone:
    """`now` may be set to move the clock. After each act `calls` holds the answer's calls."""

    def __init__(self, member: Member | None = None, **user: Any) -> None:
        if member is not None:
            user = {
                "id": member.telegram_id,
                "first_name": member.first_name,
                "username": member.username or "",
                "language_code": member.client_language,
            }
        self.user = {"is_bot": False, **user}
        self.chat: dict[str, Any] = {"id": self.user["id"], "type": "private"}
        self.now: datetime | None = None
        self.calls: list[dict[str, Any]] = []
        self.screen: dict[str, Any] = {}
        self.screen_id = 0

    def in_group(self, chat_id: int = -1001, title: str = "Group") -> "Phone":
        """The same person writing in a group."""
        phone = Phone(**self.user)
        phone.chat = {"id": chat_id, "type": "supergroup", "title": title}
        phone.now = self.now
        return phone

    @property
    def member(self) -> Member:
        return Member.objects.get(telegram_id=self.user["id"])

    def say(self, text: str, **message: Any) -> str:
        """Sends a text or command; returns the answer's text."""
        message_id = next(_message_ids)
        body = {"message_id": message_id, "date": 0, "chat": self.chat, "text": text, **message}
        return self.receive({"message": {**body, "from": self.user}})

    def press(self, label: str) -> str:
        """Presses the first button whose label contains `label`; returns the answer's text."""
        matches = [data for text, data in self._buttons() if label in text]
        assert matches, f"no button {label!r} among {self.buttons}"
        return self.press_data(matches[0])

    def press_data(self, data: str) -> str:
        message = {"message_id": self.screen_id, "date": 0, "chat": self.chat}
        query = {"id": str(next(_update_ids)), "from": self.user, "message": message, "data": data}
        return self.receive({"callback_query": query})

    def receive(self, update: dict[str, Any], update_id: int | None = None) -> str:
        update = {"update_id": update_id or next(_update_ids), **update}
        with transaction.atomic():
            self.calls = handle_update(update, self.now or timezone.now())
        for call in self.calls:
            if call["method"] != "answerCallbackQuery":
                self.screen = call["params"]
                self.screen_id = self.screen.get("message_id") or next(_message_ids)
        return self.text

    @property
    def text(self) -> str:
        """What the last answer says: its message, or the line shown over the chat."""
        messages = [call for call in self.calls if call["method"] != "answerCallbackQuery"]
        params = (messages or self.calls or [{"params": {}}])[0]["params"]
        return params.get("text") or params.get("caption") or ""

    @property
    def toast(self) -> str:
        return next(
            (
                call["params"].get("text", "")
                for call in self.calls
                if call["method"] == "answerCallbackQuery"
            ),
            "",
        )

    @property
    def buttons(self) -> list[str]:
        return [text for text, _ in self._buttons()]

    def data_of(self, label: str) -> str:
        return next(data for text, data in self._buttons() if label in text)

    def _buttons(self) -> list[tuple[str, str]]:
        rows = self.screen.get("reply_markup", {}).get("inline_keyboard", [])
        return [(button["text"], button.get("callback_data", "")) for row in rows for button in row]
