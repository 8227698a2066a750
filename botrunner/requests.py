"""What a screen function is given: one update, read once, free of Telegram's library."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from accounts.services import Contact

if TYPE_CHECKING:
    from accounts.models import Member

ChatKind = Literal["private", "group", "supergroup", "channel"]


@dataclass(slots=True, kw_only=True)
class Request:
    """`key` is unique to the update: the ledger's keys of effects without a card are made of it."""

    member: "Member"
    now: datetime
    key: str
    chat_id: int
    # The very update that made the member: invitations count on this one only.
    is_first_contact: bool = False
    chat_kind: ChatKind = "private"
    # The whole text of a message, or what follows the command.
    text: str = ""
    # Set for a pressed button: the message that bears it, and the values behind the button.
    message_id: int | None = None
    callback_id: str = ""
    args: tuple[str, ...] = ()
    # People linked in the text by their id, having no username.
    mentioned: list[Contact] = field(default_factory=list)
    replied_to: Contact | None = None
    # The update's own object (message, callback_query, my_chat_member …), as Telegram sent it.
    payload: dict[str, Any] = field(default_factory=dict)

    @property
    def is_private(self) -> bool:
        return self.chat_kind == "private"

    @property
    def group_id(self) -> int | None:
        """The Telegram id of the group this happens in; None in a private chat."""
        return None if self.is_private else self.chat_id

    @property
    def is_button(self) -> bool:
        return bool(self.callback_id)

    @property
    def words(self) -> list[str]:
        return self.text.split()

    @property
    def vip_until(self) -> datetime | None:
        """The member's VIP expiry while it lies ahead."""
        membership = getattr(self.member, "membership", None)
        return membership.vip_until if membership and membership.is_vip(self.now) else None

    @property
    def is_vip(self) -> bool:
        return self.vip_until is not None

    @property
    def premium_until(self) -> datetime | None:
        """The end of premium by ad while it lies ahead."""
        membership = getattr(self.member, "membership", None)
        return membership.premium_until if membership and membership.is_premium(self.now) else None

    @property
    def is_staff(self) -> bool:
        user = self.member.staff_user
        return user is not None and user.is_active and user.is_staff

    def operation_key(self, operation_id: str) -> str:
        """What an act on a confirm card is keyed by: however often it is pressed, it acts once."""
        return f"op:{self.member.pk}:{operation_id}"

    def may(self, permission: str) -> bool:
        """Whether the member's linked staff user holds this Django permission."""
        user = self.member.staff_user
        return user is not None and self.is_staff and user.has_perm(permission)
