"""Give VIP or take it back: a form, a dry run with the count and the first names, and the act."""

from collections.abc import Callable
from dataclasses import dataclass
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
from project.ids import read_ids
from vip.admin.forms import NAMES_MAX, AudienceForm, GrantForm, RevokeForm, new_key
from vip.audience import NAMED
from vip.models import GrantOrder
from vip.selectors import GrantPreview, preview_grant, preview_revoke
from vip.services import grant_vip, revoke_many
from vip.words import say_refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class _Act:
    title: str
    verb: str
    note: str
    form: type[AudienceForm]
    preview: Callable[..., GrantPreview]
    carry_out: Callable[..., GrantOrder]
    # What the act is told beside its audience, from the form.
    values: tuple[str, ...] = ()


GIVE = _Act(
    title="Give VIP",
    verb="given to",
    note="The days are added to what each member has.",
    form=GrantForm,
    preview=preview_grant,
    carry_out=grant_vip,
    values=("days",),
)
REVOKE = _Act(
    title="Revoke VIP",
    verb="taken from",
    note="VIP ends now. Points are not given back. The members are told, with the reason.",
    form=RevokeForm,
    preview=preview_revoke,
    carry_out=revoke_many,
)


def give(request: HttpRequest, site: Any, opts: Any) -> HttpResponse:
    return _serve(request, site, opts, GIVE)


def revoke_several(request: HttpRequest, site: Any, opts: Any) -> HttpResponse:
    return _serve(request, site, opts, REVOKE)


def give_to_chosen(
    model_admin: Any, request: HttpRequest, queryset: QuerySet[Any]
) -> HttpResponse | None:
    """An action of a list of members or memberships: leads to the form, filled in."""
    return lead_to("admin:vip_grant", request, queryset, at_most=NAMES_MAX)


def revoke_from_chosen(
    model_admin: Any, request: HttpRequest, queryset: QuerySet[Any]
) -> HttpResponse | None:
    return lead_to("admin:vip_revoke_several", request, queryset, at_most=NAMES_MAX)


def lead_to(
    view: str, request: HttpRequest, queryset: QuerySet[Any], *, at_most: int
) -> HttpResponse | None:
    chosen = list(queryset.order_by("pk").values_list("pk", flat=True)[: at_most + 1])
    if len(chosen) > at_most:
        messages.error(request, f"At most {at_most} at once: choose fewer, or a kind of members.")
        return None
    return redirect(f"{reverse(view)}?members={','.join(map(str, chosen))}")


def _serve(request: HttpRequest, site: Any, opts: Any, act: _Act) -> HttpResponse:
    if not request.user.has_perm("vip.add_grant"):
        raise PermissionDenied
    step = request.POST.get("step", "") if request.method == "POST" else ""
    form = act.form(
        request.POST if step else None,
        may_grant_to_all=request.user.has_perm("vip.grant_to_all"),
        initial={"key": new_key(), "who": NAMED, "members": read_chosen(request)},
    )
    context = {**site.each_context(request), "opts": opts, "title": act.title, "form": form}
    context["act"] = act
    if step in ("look", "confirm") and form.is_valid():
        values = {name: form.cleaned_data[name] for name in ("audience", *act.values)}
        try:
            if step == "confirm":
                order = _carry_out(request, act, form, values)
                return _show_result(request, act, order)
            preview = act.preview(**values, now=timezone.now())
            context |= {
                "preview": preview,
                "reached": preview.granted,
                "who": values["audience"].label,
            }
            return TemplateResponse(request, "admin/vip/grant_preview.html", context)
        except Refusal as refusal:
            form.add_error(None, say_refusal(refusal))
    return TemplateResponse(request, "admin/vip/grant.html", context)


def _carry_out(
    request: HttpRequest, act: _Act, form: AudienceForm, values: dict[str, Any]
) -> GrantOrder:
    return act.carry_out(
        **values,
        reason=form.cleaned_data["reason"],
        actor=web_actor(request.user),
        key=f"web:{request.user.pk}:{form.cleaned_data['key']}",
        now=timezone.now(),
    )


def _show_result(request: HttpRequest, act: _Act, order: GrantOrder) -> HttpResponse:
    if order.is_large:
        return redirect("admin:vip_grantorder_change", order.pk)
    days = f"{order.days:,} day{pluralize(order.days)} of VIP" if order.days else "VIP"
    left_out = f", {order.skipped:,} left out" if order.skipped else ""
    members = f"{order.granted:,} member{pluralize(order.granted)}"
    messages.success(request, f"{days} {act.verb} {members}{left_out}.")
    return redirect("admin:vip_grant_changelist")


def read_chosen(request: HttpRequest) -> str:
    """Of those whose numbers stand in the address, the names as a form takes them."""
    ids = read_ids(request.GET.get("members", ""))
    return "\n".join(list_handles(ids[:NAMES_MAX])) if ids else ""
