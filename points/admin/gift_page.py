"""Giving items: a form, a dry run with the count and the first names, and the act itself."""

from typing import Any

from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.defaultfilters import pluralize
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from accounts.selectors import members_of
from accounts.services import web_actor
from points.admin.forms import GiftForm, NamedGiftForm
from points.admin.names import read_chosen
from points.admin.words import say_refusal
from points.selectors import preview_gift
from points.services import give_items
from project.errors import Refusal

TO_ALL = "points.give_item_to_all"
ACTION = "give_items"


def give(model_admin: Any, request: HttpRequest) -> HttpResponse:
    """To members who are named on the form."""
    form = NamedGiftForm(_sent(request), initial={"members": read_chosen(request)})
    back = reverse("admin:points_item_changelist")
    return _serve(model_admin, request, form, members=None, back=back, hidden=[])


def give_to_chosen(
    model_admin: Any, request: HttpRequest, queryset: QuerySet[Any]
) -> HttpResponse | None:
    """An action of the list of members: to those chosen, or to all that its filter finds.

    The pages carry no list of members: the list finds them anew at each step.
    """
    is_across = request.POST.get("select_across") == "1"
    if is_across and not request.user.has_perm(TO_ALL):
        messages.error(request, "You may not give to all at once: choose the members one by one.")
        return None
    chosen = request.POST.getlist(ACTION_CHECKBOX_NAME)
    hidden = [("action", ACTION), ("select_across", "1" if is_across else "0")]
    hidden += [(ACTION_CHECKBOX_NAME, pk) for pk in (chosen[:1] if is_across else chosen)]
    form, back = GiftForm(_sent(request)), request.get_full_path()
    return _serve(model_admin, request, form, members=queryset, back=back, hidden=hidden)


def _sent(request: HttpRequest) -> Any:
    return request.POST if request.POST.get("step") else None


def _serve(
    model_admin: Any,
    request: HttpRequest,
    form: GiftForm,
    *,
    members: QuerySet[Any] | None,
    back: str,
    hidden: list[tuple[str, str]],
) -> HttpResponse:
    if not request.user.has_perm("points.give_item"):
        raise PermissionDenied
    step = request.POST.get("step", "")
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": "Give items",
        "form": form,
        "back": back,
        "hidden": hidden,
    }
    if step in ("look", "confirm") and form.is_valid():
        meant = members_of(form.cleaned_data["members"]) if members is None else members
        try:
            if step == "confirm":
                return _carry_out(request, form.cleaned_data, meant, back)
            preview = preview_gift(meant)
            context |= {"preview": preview, "reached": preview.given}
            return TemplateResponse(request, "admin/points/gift_preview.html", context)
        except Refusal as refusal:
            form.add_error(None, say_refusal(refusal))
    return TemplateResponse(request, "admin/points/gift.html", context)


def _carry_out(
    request: HttpRequest, values: dict[str, Any], members: QuerySet[Any], back: str
) -> HttpResponse:
    gift = give_items(
        members=members,
        kind=values["kind"],
        quantity=values["quantity"],
        reason=values["reason"],
        key=f"gift:{values['key']}",
        actor=web_actor(request.user),
        now=timezone.now(),
    )
    left_out = f", {gift.skipped:,} left out" if gift.skipped else ""
    given = f"{gift.given:,} member{pluralize(gift.given)}"
    messages.success(request, f"Given to {given}, {values['quantity']:,} each{left_out}.")
    return redirect(back)
