"""Who the bot is on Telegram. Learned from getMe when a bot process starts."""

from dataclasses import dataclass


@dataclass(slots=True)
class Identity:
    telegram_id: int = 0
    username: str = "tallyhouse_bot"

    def start_link(self, payload: str) -> str:
        return f"https://t.me/{self.username}?start={payload}"


me = Identity()
