"""What is for sale. Changes go through the service: the audit keeps the history of prices."""

from copy import copy
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import admin
from django.forms import modelform_factory
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from unfold.decorators import display

from accounts.services import web_actor
from project.admin import TallyAdmin
from vip.models import Plan
from vip.selectors import extend
from vip.services import save_plan

FIELDS = ("code", "days", "price", "is_active")
TypedPlan = modelform_factory(Plan, fields=FIELDS)


@admin.register(Plan)
class PlanAdmin(TallyAdmin):
    list_display = ["code", "days", "shown_price", "shown_state"]
    list_filter = ["is_active"]
    fields = FIELDS
    change_form_outer_after_template = "admin/vip/plan_preview.html"

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

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if "_preview" in request.POST:
            # Nothing is saved: the page is opened again with what was typed.
            typed = {name: request.POST.get(name, "") for name in FIELDS}
            return redirect(f"{request.path}?{urlencode(typed)}")
        answer: HttpResponse = super().changeform_view(request, object_id, form_url, extra_context)
        return answer

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        plan: Plan | None = kwargs.get("obj")
        may_preview = self._may_save(request, plan)
        typed = TypedPlan(request.GET, instance=copy(plan)) if self._is_typed(request) else None
        if typed and may_preview:
            context["adminform"].form.initial.update(
                {name: request.GET.get(name, "") for name in FIELDS}
            )
        # A form sent back with its errors has half changed the plan: it is no plan to show.
        saved = plan if request.method == "GET" else None
        context.update(_read_preview(saved, typed if may_preview else None))
        context["may_preview"] = may_preview
        answer: HttpResponse = super().render_change_form(request, context, *args, **kwargs)
        return answer

    def _is_typed(self, request: HttpRequest) -> bool:
        return request.method == "GET" and "days" in request.GET

    def _may_save(self, request: HttpRequest, plan: Plan | None) -> bool:
        if plan is None:
            return bool(self.has_add_permission(request))
        return bool(self.has_change_permission(request, plan))


def _read_preview(plan: Plan | None, typed: Any) -> dict[str, Any]:
    """The plan as members would see it, or why they could not."""
    errors: list[str] = []
    if typed is not None:
        typed.is_valid()
        errors = [
            f"{typed.fields[name].label}: {word}"
            for name, words in typed.errors.items()
            for word in words
        ]
        plan = None if errors else typed.instance
    return {
        "seen_plan": plan,
        "seen_until": _read_until(plan),
        "is_unsaved": typed is not None,
        "preview_errors": errors,
        "preview_languages": settings.LANGUAGES,
    }


def _read_until(plan: Plan | None) -> Any:
    return extend(None, days=plan.days, now=timezone.now()) if plan else None
