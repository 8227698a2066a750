"""What staff do with members: one form and one service each, from a page or from the list."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Literal

from django import forms
from unfold.widgets import UnfoldAdminTextareaWidget

import project.words
from accounts import services
from accounts.admin.act_page import EmptyForm, ReasonForm
from accounts.models import STAFF_MESSAGE_LENGTH_MAX, Member
from accounts.services import Actor
from project.panels import Act

Run = Callable[[int, Actor, dict[str, Any], datetime], Any]


class MessageForm(forms.Form):
    text = forms.CharField(
        max_length=STAFF_MESSAGE_LENGTH_MAX,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 6}),
        help_text="Goes out as it stands; the bot says that it comes from the staff.",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberAct:
    """`name` is its part of the address; `hint` says what will happen."""

    name: str
    label: str
    icon: str
    permission: str
    hint: str
    run: Run
    form: type[forms.Form] = ReasonForm
    style: Literal["", "main", "bad"] = ""
    is_offered: Callable[[Member], bool] = lambda member: not member.anonymised_at
    in_bulk: bool = False


def _by_reason(service: Callable[..., Any]) -> Run:
    def run(member_id: int, actor: Actor, values: dict[str, Any], now: datetime) -> Any:
        return service(member_id=member_id, actor=actor, reason=values["reason"], now=now)

    return run


def _message(member_id: int, actor: Actor, values: dict[str, Any], now: datetime) -> Any:
    return services.message_member(member_id=member_id, actor=actor, text=values["text"], now=now)


def _unlink(member_id: int, actor: Actor, values: dict[str, Any], now: datetime) -> Any:
    return services.unlink_staff(member_id=member_id, actor=actor)


MEMBER_ACTS = (
    MemberAct(
        name="message",
        label="Message",
        icon="chat",
        permission="accounts.message_member",
        hint="The bot sends the text to each of them. Who blocked the bot gets it on return.",
        form=MessageForm,
        run=_message,
        in_bulk=True,
    ),
    MemberAct(
        name="freeze",
        label="Freeze points",
        icon="ac_unit",
        permission="accounts.ban_member",
        hint="Points can neither be spent nor received until they are unfrozen. Nothing is taken.",
        run=_by_reason(services.freeze),
        is_offered=lambda member: not member.anonymised_at and member.frozen_at is None,
    ),
    MemberAct(
        name="unfreeze",
        label="Unfreeze points",
        icon="sunny",
        permission="accounts.ban_member",
        hint="Points can be spent and received again, unless a ban keeps them frozen.",
        run=_by_reason(services.unfreeze),
        is_offered=lambda member: member.frozen_at is not None,
    ),
    MemberAct(
        name="ban",
        label="Ban",
        icon="block",
        permission="accounts.ban_member",
        hint="The bot says so once, then stays silent. The points are frozen.",
        run=_by_reason(services.ban),
        style="bad",
        is_offered=lambda member: not member.anonymised_at and not member.is_banned,
        in_bulk=True,
    ),
    MemberAct(
        name="unban",
        label="Lift the ban",
        icon="lock_open",
        permission="accounts.ban_member",
        hint="The bot answers this member again and says so.",
        run=_by_reason(services.unban),
        is_offered=lambda member: member.is_banned,
    ),
    MemberAct(
        name="unlink",
        label="Unlink staff user",
        icon="link_off",
        permission="auth.change_user",
        hint="In the bot, a member like any other from now on.",
        form=EmptyForm,
        run=_unlink,
        is_offered=lambda member: member.staff_user_id is not None,
    ),
)

# As the member's page shows them.
ACTS: tuple[Act, ...] = tuple(
    Act(
        label=act.label,
        icon=act.icon,
        view=f"admin:accounts_member_{act.name}",
        permission=act.permission,
        style=act.style,
        is_offered=act.is_offered,
    )
    for act in MEMBER_ACTS
)

WORDS = {
    "already_banned": "This member is banned already.",
    "not_banned": "This member is not banned.",
    "already_frozen": "The points are frozen already.",
    "not_frozen": "The points are not frozen.",
    "staff_protected": "This member is linked to a staff user: unlink first.",
    "member_gone": "This member has deleted all data: nobody is there any more.",
    "reason_required": "Give a reason.",
    "invalid_message": "The message is empty or too long.",
    "not_linked": "This member is linked to no staff user.",
}
say_refusal = partial(project.words.say_refusal, words=WORDS)
