"""What was paid in Stars, and the page that gives it back."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from import_export.fields import Field
from import_export.resources import ModelResource
from unfold.decorators import action, display
from unfold.widgets import UnfoldBooleanWidget

from accounts.admin.act_page import ActPage, serve
from accounts.services import web_actor
from points.selectors import balance_of
from project.admin import PeriodFilter, ReadOnlyAdmin
from project.exports import CsvExport
from vip.admin.forms import KeyedForm, new_key
from vip.models import StarPayment
from vip.services.stars import refund_payment
from vip.star_states import STATES, describe, filter_by_state, sorted_refunds, state_of
from vip.words import say_refusal


class StateFilter(admin.SimpleListFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return list(STATES.items())

    def queryset(self, request: HttpRequest, rows: QuerySet[StarPayment]) -> QuerySet[StarPayment]:
        state = self.value()
        return filter_by_state(rows, state) if state in STATES else rows


class PaymentResource(ModelResource):  # type: ignore[misc]
    """Rows by their numbers: a name would ask the database once for each line."""

    member = Field(attribute="member_id", column_name="member")
    entry = Field(attribute="entry_id", column_name="entry")
    pack = Field(attribute="pack_id", column_name="pack")

    class Meta:
        model = StarPayment
        fields = ("id", "paid_at", "member", "pack", "stars", "points", "entry", "charge_id")
        export_order = fields


class RefundForm(KeyedForm):
    take_what_is_left = forms.BooleanField(
        required=False,
        widget=UnfoldBooleanWidget,
        label="Take what is left",
        help_text="Refund the Stars even when some of the points are spent: what is left of them "
        "is taken, and the rest is written down.",
    )


@admin.register(StarPayment)
class StarPaymentAdmin(CsvExport, ReadOnlyAdmin):
    list_display = ["shown_time", "shown_member", "shown_stars", "shown_points", "shown_state"]
    list_display_links = ["shown_time"]
    list_select_related = ["member"]
    list_filter = [StateFilter, ("paid_at", PeriodFilter)]
    search_fields = ["=charge_id", "=member__telegram_id", "member__username__istartswith"]
    search_help_text = "Charge id, Telegram id, or the beginning of the username"
    # By the primary key; a member's by star_payment_of_member.
    ordering = ["-id"]
    sortable_by: list[str] = []
    fields = [
        "paid_at",
        "member",
        "shown_stars",
        "shown_points",
        "pack",
        "shown_state",
        "shown_refunds",
        "entry",
        "payload",
        "charge_id",
    ]
    readonly_fields = fields
    actions_detail = ["refund"]
    resource_classes = [PaymentResource]
    export_permission = "vip.export_starpayment"

    def get_queryset(self, request: HttpRequest) -> QuerySet[StarPayment]:
        rows: QuerySet[StarPayment] = super().get_queryset(request)
        return rows.prefetch_related("refunds")

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        # The member's page leads here with his number.
        return lookup == "member" or super().lookup_allowed(lookup, value, request)

    @display(description="when")
    def shown_time(self, payment: StarPayment) -> datetime:
        return payment.paid_at

    @display(description="member")
    def shown_member(self, payment: StarPayment) -> str:
        return payment.member.display_name

    @display(description="paid")
    def shown_stars(self, payment: StarPayment) -> str:
        return f"⭐ {payment.stars:,}"

    @display(description="points")
    def shown_points(self, payment: StarPayment) -> str:
        return f"{payment.points:,}"

    @display(
        description="state",
        label={
            STATES["paid"]: "success",
            STATES["unmatched"]: "danger",
            STATES["waiting"]: "warning",
            STATES["done"]: "info",
            STATES["refused"]: "danger",
        },
    )
    def shown_state(self, payment: StarPayment) -> str:
        return STATES[state_of(payment)]

    @display(description="refunds", empty_value="—")
    def shown_refunds(self, payment: StarPayment) -> str | None:
        return "; ".join(map(describe, sorted_refunds(payment))) or None

    def has_refund_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return bool(request.user.has_perm("vip.refund_starpayment"))

    @action(description="Refund…", url_path="refund", permissions=["refund"], icon="undo")
    def refund(self, request: HttpRequest, object_id: int) -> HttpResponse:
        payment = get_object_or_404(
            StarPayment.objects.select_related("member").prefetch_related("refunds"), pk=object_id
        )

        def run(values: dict[str, Any]) -> str:
            refund_payment(
                payment_id=payment.pk,
                reason=values["reason"],
                take_what_is_left=values["take_what_is_left"],
                actor=web_actor(request.user),
                key=f"web:{request.user.pk}:{values['key']}",
                now=timezone.now(),
            )
            return "The points are taken; Telegram gives the Stars back."

        page = ActPage(
            title="Refund Stars",
            heading=f"Refund ⭐ {payment.stars:,} to {payment.member.display_name}",
            label="Refund",
            permissions=("vip.view_starpayment", "vip.refund_starpayment"),
            say=say_refusal,
            form=RefundForm,
            initial={"key": new_key()},
            run=run,
            back=reverse("admin:vip_starpayment_change", args=[payment.pk]),
            style="bad",
            template="admin/vip/refund.html",
            context=_outlook(payment),
        )
        return serve(self, request, page)


def _outlook(payment: StarPayment) -> dict[str, Any]:
    """What a refund would do now, or how it has ended."""
    balance = balance_of(payment.member_id)
    taken = min(balance, payment.points)
    return {
        "payment": payment,
        "balance": balance,
        "taken": taken,
        "balance_after": balance - taken,
        "missing": payment.points - taken,
        "shut": _say_why_not(payment),
        "refunds": list(map(describe, sorted_refunds(payment))),
    }


def _say_why_not(payment: StarPayment) -> str:
    """Why there is nothing to fill in; empty where there is."""
    match state_of(payment):
        case "waiting":
            return "The Stars are on their way back: Telegram is being asked."
        case "done":
            return "The Stars of this payment were given back."
    if payment.member.telegram_id is None:
        return "This member has deleted all data: Telegram cannot be told whom to refund."
    return ""
