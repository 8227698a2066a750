"""What is for sale. Changes go through the service: the audit keeps the history of prices."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from unfold.decorators import display

from accounts.services import web_actor
from project.admin import TallyAdmin
from vip.models import Plan
from vip.services import save_plan


@admin.register(Plan)
class PlanAdmin(TallyAdmin):
    list_display = ["code", "days", "shown_price", "shown_state"]
    list_filter = ["is_active"]
    fields = ["code", "days", "price", "is_active"]

    @display(description="price", ordering="price")
    def shown_price(self, plan: Plan) -> str:
        return f"{plan.price:,} points"

    @display(description="state", label={"On sale": "success", "Off sale": "info"})
    def shown_state(self, plan: Plan) -> str:
        return "On sale" if plan.is_active else "Off sale"

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        # What was sold stays named: a plan is taken off sale.
        return False

    def save_model(self, request: HttpRequest, obj: Plan, form: Any, change: bool) -> None:
        save_plan(obj, actor=web_actor(request.user))
