"""Giving a boost to members by name: one form, and an act of its own for each of them."""

from collections import Counter
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from accounts.admin.act_page import ActPage, serve
from accounts.selectors import find_each_named, split_names
from accounts.services import web_actor
from project.errors import Refusal
from vip.admin.forms import KeyedForm, new_key
from vip.admin.grant_page import lead_to, read_chosen
from vip.models import BOOST_MAX, VIP_UNTIL_MAX
from vip.services import boost_auto_search
from vip.words import say_refusal

# Each is a transaction of its own; more would keep the page waiting.
NAMES_MAX = 200
PERMISSION = "vip.add_boost"


class BoostForm(KeyedForm):
    members = forms.CharField(
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}),
        help_text=f"@names or Telegram ids, by spaces, commas or lines; at most {NAMES_MAX}.",
    )
    added = forms.IntegerField(
        label="Searches more a day",
        min_value=1,
        max_value=BOOST_MAX,
        widget=UnfoldAdminIntegerFieldWidget,
        help_text="Added to a boost that is running; one that is over is replaced.",
    )
    last_day = forms.DateField(
        widget=UnfoldAdminTextInputWidget(attrs={"type": "date"}),
        help_text="The whole day, UTC. A boost that runs longer already keeps its end.",
    )
    field_order = ("members", "added", "last_day", "reason", "key")

    def clean_members(self) -> list[int]:
        names = split_names(self.cleaned_data["members"])
        if len(names) > NAMES_MAX:
            raise forms.ValidationError(f"At most {NAMES_MAX} at once: these are {len(names)}.")
        found, unknown = find_each_named(names)
        if unknown or not found:
            raise forms.ValidationError(f"Not found: {', '.join(unknown[:10]) or 'anybody'}")
        return sorted(set(found))

    def clean_last_day(self) -> datetime:
        """The end of the day."""
        day = self.cleaned_data["last_day"]
        if not timezone.now().date() <= day < VIP_UNTIL_MAX.date():
            raise forms.ValidationError("Choose today or a later day.")
        return datetime.combine(day + timedelta(days=1), time(), UTC)


def boost(request: HttpRequest, model_admin: Any) -> HttpResponse:
    page = ActPage(
        title="Boost auto-search",
        label="Give the boost",
        hint="More searches a day for these members, for a while. Each of them is told now, and "
        "once more two hours before the end. It works for who is VIP and has switched auto-search "
        "on.",
        permissions=(PERMISSION,),
        say=say_refusal,
        form=BoostForm,
        initial={"members": read_chosen(request), "key": new_key()},
        run=lambda values: _carry_out(request, values),
        back=reverse("admin:vip_boost_changelist"),
    )
    return serve(model_admin, request, page)


def boost_chosen(
    model_admin: Any, request: HttpRequest, queryset: QuerySet[Any]
) -> HttpResponse | None:
    """An action of the list of members: leads to the form, filled in."""
    return lead_to("admin:vip_boost", request, queryset, at_most=NAMES_MAX)


def _carry_out(request: HttpRequest, values: dict[str, Any]) -> str:
    refused: Counter[str] = Counter()
    for member_id in values["members"]:
        try:
            boost_auto_search(
                member_id=member_id,
                added=values["added"],
                until=values["last_day"],
                reason=values["reason"],
                actor=web_actor(request.user),
                key=f"web:{request.user.pk}:{values['key']}:{member_id}",
                now=timezone.now(),
            )
        except Refusal as refusal:
            refused[say_refusal(refusal)] += 1
    meant = len(values["members"])
    for words, count in refused.items():
        messages.warning(request, f"Not done for {count}: {words}")
    return f"Boosted: {meant - refused.total()} of {meant}; they are told."
