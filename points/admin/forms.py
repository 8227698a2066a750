"""The forms of the staff's acts."""

import re
import uuid

from django import forms
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from accounts.admin.act_page import ReasonField, ReasonForm
from points.admin.names import NAMES_HELP, find_named_members
from points.admin.words import say_refusal
from points.amounts import parse_change
from points.errors import InvalidAmount
from points.models import Item
from points.services import GIFT_QUANTITY_MAX


class LadderField(forms.Field):
    """Whole numbers in a row, as people write them: 25, 30, 35."""

    widget = UnfoldAdminTextInputWidget

    def prepare_value(self, value: object) -> object:
        return ", ".join(map(str, value)) if isinstance(value, list) else value

    def to_python(self, value: object) -> object:
        if isinstance(value, list):
            return value
        words = re.split(r"[\s,;]+", str(value or "").strip(" []"))
        if not all(word.isascii() and word.isdecimal() and len(word) <= 15 for word in words):
            raise forms.ValidationError(
                "Give whole numbers with commas between, such as 25, 30, 35."
            )
        return [int(word) for word in words]


SETTINGS_LABELS = {
    "welcome_points": "Welcome gift",
    "referral_points": "Gift for an invitation",
    "daily_ladder": "Points by day of a streak",
    "transfer_daily_max": "Most sent in 24 hours",
    "transfer_min_age_hours": "Hours before a new member can send",
    "search_points_min": "Least found",
    "search_points_max": "Most found",
    "search_cooldown_seconds": "Seconds between two searches",
    "search_item_percent": "Chance of an item, in percent",
    "level_points": "Points for a level, times that level",
    "game_stake_max": "Highest stake",
    "pot_seconds": "Seconds to join a pot",
    "game_xp_daily_max": "Most XP from games in a day",
    "vouch_points": "Points for the provider",
    "vouch_author_points": "Points for the author",
    "vouch_pair_seconds": "Seconds between two vouches of a pair",
}


class SettingsForm(forms.ModelForm):  # type: ignore[type-arg]
    daily_ladder = LadderField(
        label=SETTINGS_LABELS["daily_ladder"],
        help_text="Points for day 1, 2, 3 … of a streak; the last one stays.",
    )


class SeenReasonForm(ReasonForm):
    reason = ReasonField(help_text="Kept in the audit; the member sees it in the history.")


class EndGameForm(ReasonForm):
    reason = ReasonField(help_text="Kept in the audit; the players are told.")


class AdjustForm(SeenReasonForm):
    """`key` is drawn with the form: sent twice, it acts once."""

    change = forms.CharField(
        max_length=20,
        widget=UnfoldAdminTextInputWidget,
        help_text="50 gives fifty points, -50 takes them.",
    )
    key = forms.UUIDField(initial=uuid.uuid4, widget=forms.HiddenInput)
    field_order = ("change", "reason")

    def clean_change(self) -> int:
        try:
            return parse_change(self.cleaned_data["change"])
        except InvalidAmount as refusal:
            raise forms.ValidationError(say_refusal(refusal)) from None


class GiftForm(ReasonForm):
    """What is given. `key` is drawn with the form: sent twice, it gives once."""

    kind = forms.ChoiceField(choices=Item.Kind.choices, widget=UnfoldAdminSelectWidget)
    quantity = forms.IntegerField(
        min_value=1,
        max_value=GIFT_QUANTITY_MAX,
        initial=1,
        widget=UnfoldAdminIntegerFieldWidget,
        help_text="For each of them.",
    )
    reason = ReasonField(help_text="Kept in the audit and in the history of items.")
    key = forms.UUIDField(initial=uuid.uuid4, widget=forms.HiddenInput)
    field_order = ("members", "kind", "quantity", "reason")

    @property
    def kind_label(self) -> str:
        return Item.Kind(self.cleaned_data["kind"]).label


class NamedGiftForm(GiftForm):
    """And to whom."""

    members = forms.CharField(
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}),
        help_text=NAMES_HELP,
    )

    def clean_members(self) -> list[int]:
        return find_named_members(self.cleaned_data["members"])
