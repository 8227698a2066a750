"""Giving jackpots to one or several members."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from accounts.selectors import list_handles
from accounts.services import web_actor
from points.admin.acts import ActPage, serve
from points.admin.forms import GIFT_NAMES_MAX, GiftForm
from points.services import give_items


def give(model_admin: Any, request: HttpRequest) -> HttpResponse:
    def run(values: dict[str, Any]) -> str:
        given = give_items(
            member_ids=values["members"],
            quantity=values["quantity"],
            reason=values["reason"],
            key=f"gift:{values['key']}",
            actor=web_actor(request.user),
            now=timezone.now(),
        )
        return f"Jackpots given: {values['quantity']:,} each, to members: {given:,}."

    page = ActPage(
        title="Give jackpots",
        label="Give",
        hint="Each of them is told. Who is banned or frozen can receive nothing.",
        permission="points.give_item",
        form=GiftForm,
        run=run,
        back=reverse("admin:points_item_changelist"),
        initial={"members": _read_chosen(request)},
    )
    return serve(model_admin, request, page)


def give_to_chosen(
    model_admin: Any, request: HttpRequest, queryset: QuerySet[Any]
) -> HttpResponse | None:
    """An action of the list of members: leads to the form, filled in."""
    chosen = list(queryset.order_by("pk").values_list("pk", flat=True)[: GIFT_NAMES_MAX + 1])
    if len(chosen) > GIFT_NAMES_MAX:
        messages.error(request, f"At most {GIFT_NAMES_MAX} at once: choose fewer.")
        return None
    return redirect(f"{reverse('admin:points_item_give')}?members={','.join(map(str, chosen))}")


def _read_chosen(request: HttpRequest) -> str:
    words = request.GET.get("members", "").split(",")
    # Longer ones fit no column of the database.
    ids = [int(word) for word in words if word.isascii() and word.isdecimal() and len(word) <= 18]
    return "\n".join(list_handles(ids[:GIFT_NAMES_MAX])) if ids else ""
