"""What providers delivered, as it came: for what could not be read, or handled."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from unfold.decorators import action, display

from accounts.services import record, web_actor
from numbers.models import RawEvent
from numbers.services import retry_event, try_event
from project.admin import PeriodFilter, ReadOnlyAdmin

from .sms import MASK, may_read

SHOWN_MAX = 16_000


@admin.register(RawEvent)
class RawEventAdmin(ReadOnlyAdmin):
    list_display = ["came_at", "provider", "shown_state", "shown_reason", "attempts", "shown_due"]
    list_filter = [("came_at", PeriodFilter), "state", "provider"]
    list_select_related = ["provider"]
    ordering = ["-came_at"]
    actions_detail = ["open_retry"]

    @display(
        description="state",
        ordering="state",
        label={
            "Handled": "success",
            "Waiting": "info",
            "Not readable": "danger",
            "Given up": "danger",
        },
    )
    def shown_state(self, event: RawEvent) -> str:
        return event.get_state_display()

    @display(description="reason", empty_value="–")
    def shown_reason(self, event: RawEvent) -> str | None:
        """A single field's name says little by itself."""
        is_unread = event.state == RawEvent.State.UNREADABLE
        return f"Cannot be read: {event.reason}" if is_unread else event.reason or None

    @display(description="next attempt", empty_value="–")
    def shown_due(self, event: RawEvent) -> Any:
        return event.due_at

    @display(description="as it came")
    def masked_body(self, event: RawEvent) -> str:
        return MASK

    @display(description="as it came")
    def shown_body(self, event: RawEvent) -> str:
        text = bytes(event.body[:SHOWN_MAX]).decode("utf-8", "replace")
        return format_html(
            '<bdi style="white-space: pre-wrap; word-break: break-all">{}</bdi>', text
        )

    @display(description="SMS", empty_value="–")
    def shown_sms(self, event: RawEvent) -> Any:
        if event.sms_id is None:
            return None
        url = reverse("admin:numbers_inboundsms_change", args=[event.sms_id])
        return format_html('<a href="{}" class="text-primary-600">SMS {}</a>', url, event.sms_id)

    def get_fields(self, request: HttpRequest, obj: RawEvent | None = None) -> list[Any]:
        body = "shown_body" if may_read(request) else "masked_body"
        if obj and obj.purged_at:
            body = "purged_at"
        return [
            "came_at",
            "provider",
            "shown_state",
            "shown_reason",
            "attempts",
            "shown_due",
            "shown_sms",
            body,
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        return self.get_fields(request, obj)

    def get_queryset(self, request: HttpRequest) -> QuerySet[RawEvent]:
        events: QuerySet[RawEvent] = super().get_queryset(request)
        return events.defer("body")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        event = self.get_object(request, object_id)
        is_kept = event is not None and event.purged_at is None
        if event and is_kept and self.has_view_permission(request, event) and may_read(request):
            member = event.sms.lease.member if event.sms and event.sms.lease else None
            record(
                "numbers.view_code",
                actor=web_actor(request.user),
                member=member,
                target=event,
                event_id=event.pk,
            )
        page: HttpResponse = super().change_view(request, object_id, form_url, extra_context)
        return page

    def get_urls(self) -> list[URLPattern]:
        page = path(
            "<int:object_id>/retry/",
            self.admin_site.admin_view(self.retry),
            name="numbers_rawevent_retry",
        )
        return [page, *super().get_urls()]

    @action(description="Handle it again", url_path="open-retry", permissions=["retry"])
    def open_retry(self, request: HttpRequest, object_id: int) -> HttpResponse:
        return redirect("admin:numbers_rawevent_retry", object_id)

    def has_retry_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Who may change providers, for what is over without having been handled."""
        if not request.user.has_perm("numbers.change_provider"):
            return False
        event = RawEvent.objects.defer("body").filter(pk=object_id).first()
        return event is not None and event.may_be_retried

    def retry(self, request: HttpRequest, object_id: int) -> HttpResponse:
        if not request.user.has_perm("numbers.change_provider"):
            raise PermissionDenied
        event = get_object_or_404(RawEvent.objects.select_related("provider"), pk=object_id)
        back = reverse("admin:numbers_rawevent_change", args=[object_id])
        if request.method == "POST":
            now = timezone.now()
            retry_event(event_id=object_id, actor=web_actor(request.user), now=now)
            done = try_event(object_id, now=now)
            if done and done.state == RawEvent.State.DONE:
                messages.success(request, "It is handled.")
            else:
                messages.error(request, "It could not be handled. What is wrong stands below.")
            return redirect(back)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Handle it again",
            "heading": f"Handle {event} again",
            "hint": f"What {event.provider} delivered is read once more, as it came. A message in "
            "it goes to whoever held the number when it was received.",
            "label": "Handle it again",
            "style": "main",
            "back": back,
        }
        return TemplateResponse(request, "admin/confirm.html", context)
