"""Give VIP: a form, a dry run with the count and the first names, and the act itself."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.defaultfilters import pluralize
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from accounts.selectors import list_handles
from accounts.services import web_actor
from project.errors import Refusal
from vip.admin.forms import NAMES_MAX, GrantForm, new_key
from vip.audience import NAMED
from vip.selectors import preview_grant
from vip.services import grant_vip
from vip.words import say_refusal


def give(request: HttpRequest, site: Any, opts: Any) -> HttpResponse:
    if not request.user.has_perm("vip.add_grant"):
        raise PermissionDenied
    step = request.POST.get("step", "") if request.method == "POST" else ""
    may_grant_to_all = request.user.has_perm("vip.grant_to_all")
    form = GrantForm(
        request.POST if step else None,
        may_grant_to_all=may_grant_to_all,
        initial={"key": new_key(), "who": NAMED, "members": _read_chosen(request)},
    )
    context = {**site.each_context(request), "opts": opts, "title": "Give VIP", "form": form}
    if step in ("look", "confirm") and form.is_valid():
        try:
            if step == "confirm":
                return _carry_out(request, form.cleaned_data)
            preview = preview_grant(
                form.cleaned_data["audience"], days=form.cleaned_data["days"], now=timezone.now()
            )
            context |= {"preview": preview, "who": form.who_label}
            return TemplateResponse(request, "admin/vip/grant_preview.html", context)
        except Refusal as refusal:
            form.add_error(None, say_refusal(refusal))
    return TemplateResponse(request, "admin/vip/grant.html", context)


def give_to_chosen(
    model_admin: Any, request: HttpRequest, queryset: QuerySet[Any]
) -> HttpResponse | None:
    """An action of a list of members or memberships: leads to the form, filled in."""
    chosen = list(queryset.order_by("pk").values_list("pk", flat=True)[: NAMES_MAX + 1])
    if len(chosen) > NAMES_MAX:
        messages.error(request, f"At most {NAMES_MAX} at once: choose fewer, or a kind of members.")
        return None
    return redirect(f"{reverse('admin:vip_grant')}?members={','.join(map(str, chosen))}")


def _carry_out(request: HttpRequest, cleaned: dict[str, Any]) -> HttpResponse:
    order = grant_vip(
        audience=cleaned["audience"],
        days=cleaned["days"],
        reason=cleaned["reason"],
        actor=web_actor(request.user),
        key=f"web:{request.user.pk}:{cleaned['key']}",
        now=timezone.now(),
    )
    left_out = f", {order.skipped:,} left out" if order.skipped else ""
    messages.success(
        request,
        f"{order.days:,} day{pluralize(order.days)} of VIP given to {order.granted:,} "
        f"member{pluralize(order.granted)}{left_out}.",
    )
    return redirect("admin:vip_grant_changelist")


def _read_chosen(request: HttpRequest) -> str:
    ids = [int(word) for word in request.GET.get("members", "").split(",") if word.isdecimal()]
    return "\n".join(list_handles(ids[:NAMES_MAX])) if ids else ""
