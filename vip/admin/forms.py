"""The forms of the acts: whom, how long, and why."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.validators import RegexValidator
from django.utils.crypto import get_random_string
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from accounts.admin.act_page import ReasonForm
from accounts.selectors import find_each_named, split_names
from vip.audience import NAMED, Audience, Filter, Kind
from vip.models import DAYS_MAX

NAMES_MAX = 500
KEY_LENGTH = 20
FILTERS = ("language", "joined_from", "joined_to", "seen_from")
_DAY = UnfoldAdminTextInputWidget(attrs={"type": "date"})


def new_key() -> str:
    """Drawn when the form is opened: however often it is sent, it acts once."""
    return get_random_string(KEY_LENGTH)


class KeyedForm(ReasonForm):
    """Sent twice, it acts once."""

    key = forms.CharField(
        widget=forms.HiddenInput, validators=[RegexValidator(rf"^[A-Za-z0-9]{{{KEY_LENGTH}}}$")]
    )


class AudienceForm(KeyedForm):
    """Whom an act is for, and why: members by name, or all of a kind that the filter finds."""

    who = forms.ChoiceField(choices=[], widget=UnfoldAdminSelectWidget)
    members = forms.CharField(
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}),
        help_text=f"@names or Telegram ids, by spaces, commas or lines; at most {NAMES_MAX}.",
    )
    language = forms.ChoiceField(
        required=False,
        choices=[("", "Any"), *settings.LANGUAGES],
        widget=UnfoldAdminSelectWidget,
        help_text="Chosen in the bot, or their app's where they chose none.",
    )
    joined_from = forms.DateField(required=False, widget=_DAY, help_text="The whole day, UTC.")
    joined_to = forms.DateField(required=False, widget=_DAY, label="Joined until")
    seen_from = forms.DateField(required=False, widget=_DAY, label="Seen since")
    field_order = ["who", "members", *FILTERS, "days", "reason", "key"]
    kinds: tuple[Kind, ...] = tuple(Kind)

    def __init__(self, *args: Any, may_grant_to_all: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(NAMED, "The members named below")]
        # What is not offered is refused when it is sent all the same.
        kinds = [(kind.value, kind.label) for kind in self.kinds if may_grant_to_all]
        self.fields["who"].choices = [*choices, *kinds]  # type: ignore[attr-defined]
        if not may_grant_to_all:
            for name in FILTERS:
                del self.fields[name]

    @property
    def has_filter(self) -> bool:
        return any(self.data.get(name) for name in FILTERS)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("who") == NAMED:
            cleaned["audience"] = self._read_named(cleaned.get("members", ""))
            self._refuse_filters(cleaned)
        elif "who" in cleaned:
            if cleaned.get("members"):
                self.add_error("members", "Leave this empty, or choose the members named below.")
            cleaned["audience"] = Audience(cleaned["who"], filter=self._read_filter(cleaned))
        return cleaned

    def _refuse_filters(self, cleaned: dict[str, Any]) -> None:
        for name in FILTERS:
            if cleaned.get(name):
                self.add_error(name, "This narrows a kind of members, not those named.")

    def _read_filter(self, cleaned: dict[str, Any]) -> Filter:
        chosen = Filter(**{name: cleaned[name] for name in FILTERS if cleaned.get(name)})
        if chosen.joined_from and chosen.joined_to and chosen.joined_from > chosen.joined_to:
            self.add_error("joined_to", "This lies before the first day.")
        return chosen

    def _read_named(self, text: str) -> Audience:
        names = split_names(text)
        if not names:
            self.add_error("members", "Name at least one member.")
        if len(names) > NAMES_MAX:
            self.add_error("members", f"At most {NAMES_MAX} at once: these are {len(names)}.")
            return Audience.named([])
        found, unknown = find_each_named(names)
        if unknown:
            self.add_error("members", f"Not found: {', '.join(unknown[:10])}")
        return Audience.named(found)


class GrantForm(AudienceForm):
    days = forms.IntegerField(min_value=1, max_value=DAYS_MAX, widget=UnfoldAdminIntegerFieldWidget)


class RevokeForm(AudienceForm):
    kinds = (Kind.VIP,)
