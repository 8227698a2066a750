"""Failed logins, and letting somebody try again before the hour is over."""

from typing import Any

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.conf import settings
from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from unfold.decorators import display

from accounts.services import record, web_actor
from project.admin import ReadOnlyAdmin

for model in (AccessAttempt, AccessLog, AccessFailureLog):
    if admin.site.is_registered(model):
        admin.site.unregister(model)


@admin.register(AccessAttempt)
class AccessAttemptAdmin(ReadOnlyAdmin):
    list_display = ["attempt_time", "username", "ip_address", "failures_since_start", "shown_state"]
    search_fields = ["username__startswith", "=ip_address"]
    search_help_text = "Beginning of the username, or the whole IP address"
    fields = ["attempt_time", "username", "ip_address", "user_agent", "failures_since_start"]
    ordering = ["-attempt_time"]
    actions = ["let_in"]

    @display(description="state", label={"Locked out": "danger", "May try": "success"})
    def shown_state(self, attempt: AccessAttempt) -> str:
        is_locked = attempt.failures_since_start >= settings.AXES_FAILURE_LIMIT
        return "Locked out" if is_locked else "May try"

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return super().changelist_view(request, {"title": "Lockouts", **(extra_context or {})})

    def get_actions(self, request: HttpRequest) -> Any:
        """Letting in is what deleting is for here, so it is called so."""
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    @admin.action(description="Let the chosen try again at once", permissions=["delete"])
    def let_in(self, request: HttpRequest, queryset: QuerySet[AccessAttempt]) -> None:
        with transaction.atomic():
            names = sorted(set(queryset.values_list("username", flat=True)))
            queryset.delete()
            for name in names:
                record("staff.let_in", actor=web_actor(request.user), target=name)
        messages.success(request, "They may try again now.")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_active and request.user.is_superuser)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_view_permission(request)
