"""Failed logins: deleting a line lets its person try again at once."""

from typing import Any

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest
from unfold.decorators import display

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

    @display(description="state", label={"Locked out": "danger", "May try": "success"})
    def shown_state(self, attempt: AccessAttempt) -> str:
        is_locked = attempt.failures_since_start >= settings.AXES_FAILURE_LIMIT
        return "Locked out" if is_locked else "May try"

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_active and request.user.is_superuser)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_view_permission(request)
