"""Each try to give Stars back, and how it ended. Nothing is edited here."""

from datetime import datetime

from django.contrib import admin
from unfold.decorators import display

from project.admin import ReadOnlyAdmin
from vip.models import StarRefund

State = StarRefund.State


@admin.register(StarRefund)
class StarRefundAdmin(ReadOnlyAdmin):
    list_display = [
        "shown_time",
        "shown_member",
        "shown_stars",
        "taken",
        "shortfall",
        "shown_state",
        "actor_label",
        "reason",
    ]
    list_display_links = ["shown_time"]
    list_select_related = ["payment__member"]
    list_filter = ["state", "source"]
    ordering = ["-id"]
    sortable_by: list[str] = []
    fields = [
        "payment",
        "state",
        "source",
        "taken",
        "shortfall",
        "reason",
        "shown_actor",
        "begun_at",
        "due_at",
        "attempts",
        "last_error",
        "finished_at",
    ]
    readonly_fields = fields

    @display(description="when")
    def shown_time(self, refund: StarRefund) -> datetime:
        return refund.begun_at

    @display(description="member")
    def shown_member(self, refund: StarRefund) -> str:
        return refund.payment.member.display_name

    @display(description="by")
    def shown_actor(self, refund: StarRefund) -> str:
        return refund.actor_label or "–"

    @display(description="Stars")
    def shown_stars(self, refund: StarRefund) -> str:
        return f"⭐ {refund.payment.stars:,}"

    @display(
        description="state",
        label={
            State.WAITING.label: "warning",
            State.DONE.label: "success",
            State.REFUSED.label: "danger",
        },
    )
    def shown_state(self, refund: StarRefund) -> str:
        return refund.get_state_display()
