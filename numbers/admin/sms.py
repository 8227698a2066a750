"""Inbound SMS. Codes and texts are shown one at a time, to those who may, and each look is kept."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from unfold.decorators import display

from accounts.services import record, web_actor
from numbers.models import InboundSms
from numbers.phones import format_international
from project.admin import PeriodFilter, ReadOnlyAdmin

from .stock import NumberSearch

MASK = "••••••"


class HolderFilter(admin.SimpleListFilter):
    """Only for those who may see what came for nobody: the others have no choice to make."""

    title = "holder"
    parameter_name = "holder"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        if not request.user.has_perm("numbers.view_unmatched"):
            return []
        return [("nobody", "Nobody held the number"), ("member", "A member")]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[InboundSms]
    ) -> QuerySet[InboundSms]:
        if self.value() == "nobody":
            # Index sms_unmatched.
            return queryset.filter(lease__isnull=True)
        if self.value() == "member":
            return queryset.filter(lease__isnull=False)
        return queryset


@admin.register(InboundSms)
class InboundSmsAdmin(NumberSearch, ReadOnlyAdmin):
    number_lookup = "to_e164"
    list_display = [
        "received_at",
        "shown_to",
        "sender",
        "shown_member",
        "has_code",
        "shown_blocked",
        "provider",
    ]
    list_filter = [
        ("received_at", PeriodFilter),
        HolderFilter,
        "is_blocked",
        "provider",
    ]
    list_select_related = ["provider", "lease__member"]
    ordering = ["-received_at"]

    @display(description="to", ordering="to_e164")
    def shown_to(self, sms: InboundSms) -> str:
        return format_international(sms.to_e164)

    @display(description="member")
    def shown_member(self, sms: InboundSms) -> str:
        return sms.lease.member.display_name if sms.lease else "Nobody held the number"

    @display(description="code found", boolean=True)
    def has_code(self, sms: InboundSms) -> bool:
        return bool(sms.code)

    @display(description="block list", label={"Blocked": "danger"})
    def shown_blocked(self, sms: InboundSms) -> str:
        return "Blocked" if sms.is_blocked else ""

    def get_fields(self, request: HttpRequest, obj: InboundSms | None = None) -> list[Any]:
        words = ["code", "shown_text"] if may_read(request) else ["masked_code", "masked_text"]
        if obj and obj.purged_at:
            words = ["purged_at"]
        facts = ["received_at", "stored_at", "provider", "provider_message_id"]
        return [*facts, "shown_to", "sender", "is_blocked", "shown_member", *words]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        return self.get_fields(request, obj)

    @display(description="code")
    def masked_code(self, sms: InboundSms) -> str:
        return MASK if sms.code else "–"

    @display(description="text")
    def masked_text(self, sms: InboundSms) -> str:
        return MASK

    @display(description="text")
    def shown_text(self, sms: InboundSms) -> str:
        # Its direction is its own, and its line ends stay.
        return format_html('<bdi style="white-space: pre-wrap">{}</bdi>', sms.text)

    def get_queryset(self, request: HttpRequest) -> QuerySet[InboundSms]:
        messages: QuerySet[InboundSms] = super().get_queryset(request)
        if request.user.has_perm("numbers.view_unmatched"):
            return messages
        return messages.filter(lease__isnull=False)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        sms = self.get_object(request, object_id)
        is_kept = sms is not None and sms.purged_at is None
        if sms and is_kept and self.has_view_permission(request, sms) and may_read(request):
            member = sms.lease.member if sms.lease else None
            record(
                "numbers.view_code",
                actor=web_actor(request.user),
                member=member,
                target=sms,
                sms_id=sms.pk,
            )
        page: HttpResponse = super().change_view(request, object_id, form_url, extra_context)
        return page


def may_read(request: HttpRequest) -> bool:
    return bool(request.user.has_perm("numbers.view_code"))
