"""Who held which number when."""

from typing import Any

from django.contrib import admin
from django.utils import timezone
from import_export.fields import Field
from import_export.resources import ModelResource
from unfold.decorators import display

from numbers.models import Lease
from numbers.phones import format_international
from project.admin import PeriodFilter, ReadOnlyAdmin
from project.exports import CsvExport

from .stock import NumberSearch


class LeaseResource(ModelResource):  # type: ignore[misc]
    number = Field(attribute="number__e164", column_name="number")
    pool = Field(attribute="number__pool__name", column_name="pool")
    member_telegram_id = Field(attribute="member__telegram_id", column_name="member_telegram_id")

    class Meta:
        model = Lease
        fields = (
            "id",
            "number",
            "pool",
            "member_telegram_id",
            "started_at",
            "expires_at",
            "ended_at",
            "end",
            "sms_count",
            "price",
            "refunded_at",
        )
        export_order = fields


@admin.register(Lease)
class LeaseAdmin(NumberSearch, CsvExport, ReadOnlyAdmin):
    number_lookup = "number__e164"
    list_display = [
        "started_at",
        "shown_number",
        "shown_member",
        "shown_pool",
        "shown_state",
        "shown_until",
        "sms_count",
        "shown_price",
    ]
    list_filter = [("started_at", PeriodFilter), "end", "pool"]
    list_select_related = ["number__pool", "member"]
    fields = [
        "shown_number",
        "member",
        "started_at",
        "expires_at",
        "extended_at",
        "ended_at",
        "end",
        "sms_count",
        "price",
        "refunded_at",
        "key",
    ]
    readonly_fields = ["shown_number"]
    ordering = ["-id"]
    # No click on a heading sorts every lease there was.
    sortable_by = ()
    resource_classes = [LeaseResource]
    export_permission = "numbers.export_leases"

    @display(description="number")
    def shown_number(self, lease: Lease) -> str:
        return format_international(lease.number.e164)

    @display(description="member")
    def shown_member(self, lease: Lease) -> str:
        return lease.member.display_name

    @display(description="pool")
    def shown_pool(self, lease: Lease) -> str:
        return lease.number.pool.name

    @display(description="state", label={"Held": "info", "Refunded": "warning"})
    def shown_state(self, lease: Lease) -> str:
        if lease.is_live(timezone.now()):
            return "Held"
        if lease.refunded_at:
            return "Refunded"
        return lease.get_end_display() or "Time was up"

    @display(description="until")
    def shown_until(self, lease: Lease) -> Any:
        return lease.ended_at or lease.expires_at

    @display(description="price")
    def shown_price(self, lease: Lease) -> str:
        return f"{lease.price:,}" if lease.price else "–"
