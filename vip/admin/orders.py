"""What the staff ordered for many members, and how far each order has come."""

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from unfold.decorators import display

from accounts.admin.act_page import ActPage, serve
from accounts.services import web_actor
from project.admin import PeriodFilter, ReadOnlyAdmin
from project.words import say_left
from vip.audience import Audience
from vip.models import GrantOrder
from vip.services import cancel_order, retry_order
from vip.words import say_refusal

# A page that watches an order loads itself anew so often.
RELOAD_SECONDS = 2
# So long without a step: its worker died, and the sweep of the next minute wakes another.
QUIET = timedelta(seconds=30)


@admin.register(GrantOrder)
class GrantOrderAdmin(ReadOnlyAdmin):
    list_display = [
        "shown_start",
        "shown_what",
        "shown_audience",
        "shown_state",
        "shown_reached",
        "shown_skipped",
        "shown_actor",
        "reason",
    ]
    list_filter = ["act", ("started_at", PeriodFilter)]
    ordering = ["-pk"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[GrantOrder]:
        """Drafts that nobody confirmed are not shown."""
        orders: QuerySet[GrantOrder] = super().get_queryset(request)
        return orders.filter(started_at__isnull=False)

    @display(description="begun", ordering="started_at")
    def shown_start(self, order: GrantOrder) -> datetime | None:
        return order.started_at

    @display(description="by")
    def shown_actor(self, order: GrantOrder) -> str:
        return order.actor_label

    @display(description="what")
    def shown_what(self, order: GrantOrder) -> str:
        return say_what(order)

    @display(description="who")
    def shown_audience(self, order: GrantOrder) -> str:
        return Audience.load(order.audience).label

    @display(
        description="state",
        label={
            "Done": "success",
            "Running": "warning",
            "Cancelled": "danger",
            "Stopped": "danger",
        },
    )
    def shown_state(self, order: GrantOrder) -> str:
        return say_state(order)

    @display(description="members", ordering="granted")
    def shown_reached(self, order: GrantOrder) -> str:
        return f"{order.granted:,}"

    @display(description="left out", ordering="skipped")
    def shown_skipped(self, order: GrantOrder) -> str:
        return f"{order.skipped:,}"

    def get_urls(self) -> list[URLPattern]:
        page = path(
            "<int:order_id>/cancel/",
            self.admin_site.admin_view(partial(cancel, model_admin=self)),
            name="vip_grantorder_cancel",
        )
        retry_page = path(
            "<int:order_id>/retry/",
            self.admin_site.admin_view(partial(retry, model_admin=self)),
            name="vip_grantorder_retry",
        )
        return [page, retry_page, *super().get_urls()]

    def change_view(self, request: HttpRequest, object_id: str, *args: Any) -> HttpResponse:
        """How far it has come: the page loads itself anew while the order runs."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        order = self.get_object(request, object_id)
        if order is None:
            return redirect("admin:vip_grantorder_changelist")
        now, seconds = timezone.now(), order.seconds_spent
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Order",
            "order": order,
            "what": say_what(order),
            "who": Audience.load(order.audience).label,
            "state": say_state(order),
            "percent": order.percent,
            "left": say_left(order.time_left) if order.time_left is not None else "",
            "rate": round(order.reached / seconds) if seconds else None,
            "is_quiet": order.is_running and order.beat_at < now - QUIET,
            "beat_at": order.beat_at,
            "reload_seconds": RELOAD_SECONDS if order.is_running else None,
            "may_act": order.is_unfinished and may_act(request, order),
        }
        return TemplateResponse(request, "admin/vip/order.html", context)


def cancel(request: HttpRequest, order_id: int, model_admin: Any) -> HttpResponse:
    order = get_object_or_404(model_admin.get_queryset(request), pk=order_id)
    if order.is_unfinished:
        reached, meant = f"{order.reached:,}", f"{order.meant:,}"
        hint = f"{reached} of {meant} members were reached so far: what was done for them stays."
    else:
        hint = "It is over: there is nothing left to cancel."
    page = ActPage(
        title="Cancel the rest",
        heading=f"Cancel the rest: {say_what(order)}",
        label="Cancel the rest",
        hint=hint,
        permissions=(permission_of(order),),
        say=say_refusal,
        run=lambda values: _cancel(request, order_id, values["reason"]),
        back=reverse("admin:vip_grantorder_change", args=[order.pk]),
        style="bad",
        template="admin/vip/order_cancel.html",
    )
    return serve(model_admin, request, page)


def retry(request: HttpRequest, order_id: int, model_admin: Any) -> HttpResponse:
    """The button of a stopped order."""
    order = get_object_or_404(model_admin.get_queryset(request), pk=order_id)
    if not may_act(request, order):
        raise PermissionDenied
    if request.method == "POST":
        order = retry_order(order_id=order.pk, actor=web_actor(request.user), now=timezone.now())
        if order.is_running:
            messages.success(request, "It is tried again, from where it stopped.")
        else:
            messages.warning(request, "It is over: there is nothing left to try.")
    return redirect("admin:vip_grantorder_change", order.pk)


def _cancel(request: HttpRequest, order_id: int, reason: str) -> str:
    order = cancel_order(
        order_id=order_id, reason=reason, actor=web_actor(request.user), now=timezone.now()
    )
    if order.is_cancelled:
        return "The rest is left undone."
    messages.warning(request, "It was done already: there was nothing to cancel.")
    return ""


def may_act(request: HttpRequest, order: GrantOrder) -> bool:
    return bool(request.user.has_perm(permission_of(order)))


def permission_of(order: GrantOrder) -> str:
    return Audience.load(order.audience).permission


def say_what(order: GrantOrder) -> str:
    if order.act == GrantOrder.Act.REVOKE:
        return "Revoke VIP"
    return f"Give {order.days:,} day{'' if order.days == 1 else 's'}"


def say_state(order: GrantOrder) -> str:
    if order.is_running:
        return "Running"
    if order.is_unfinished:
        return "Stopped"
    return "Cancelled" if order.is_cancelled else "Done"
