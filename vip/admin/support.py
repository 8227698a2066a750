"""What members ask about their payments, and the terms they are shown."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminTextareaWidget

from accounts.admin.act_page import ActPage, serve
from accounts.services import web_actor
from project.admin import ReadOnlyAdmin, TallyAdmin
from vip.models import SupportRequest, Terms
from vip.selectors import list_star_payments
from vip.services.stars import answer_support, save_terms
from vip.words import say_refusal

ANSWER_LENGTH_MAX = 3_000


class AnswerForm(forms.Form):
    answer = forms.CharField(
        max_length=ANSWER_LENGTH_MAX,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 6}),
        help_text="Sent to the member by the bot, as it is written.",
    )


class StateFilter(admin.SimpleListFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("open", "Open"), ("answered", "Answered")]

    def queryset(
        self, request: HttpRequest, rows: QuerySet[SupportRequest]
    ) -> QuerySet[SupportRequest]:
        """Index support_request_open."""
        if self.value() in ("open", "answered"):
            return rows.filter(answered_at__isnull=self.value() == "open")
        return rows


@admin.register(SupportRequest)
class SupportRequestAdmin(ReadOnlyAdmin):
    list_display = ["shown_time", "shown_member", "shown_text", "shown_state", "actor_label"]
    list_display_links = ["shown_time"]
    list_select_related = ["member"]
    list_filter = [StateFilter]
    search_fields = ["=member__telegram_id", "member__username__istartswith"]
    search_help_text = "Telegram id, or the beginning of the username"
    sortable_by: list[str] = []
    fields = ["created_at", "member", "text", "answered_at", "answer", "actor_label"]
    readonly_fields = fields
    actions_detail = ["answer"]

    def get_ordering(self, request: HttpRequest) -> list[Any]:
        """Who has waited longest stands first where that is asked."""
        return ["id"] if request.GET.get("state") == "open" else [F("id").desc()]

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        # The member's page leads here with his number.
        return lookup == "member" or super().lookup_allowed(lookup, value, request)

    @display(description="when")
    def shown_time(self, request: SupportRequest) -> datetime:
        return request.created_at

    @display(description="member")
    def shown_member(self, request: SupportRequest) -> str:
        return request.member.display_name

    @display(description="request")
    def shown_text(self, request: SupportRequest) -> str:
        return request.text if len(request.text) <= 80 else f"{request.text[:79]}…"

    @display(description="state", label={"Open": "warning", "Answered": "success"})
    def shown_state(self, request: SupportRequest) -> str:
        return "Answered" if request.answered_at else "Open"

    def has_answer_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return bool(request.user.has_perm("vip.answer_supportrequest"))

    @action(description="Answer…", url_path="answer", permissions=["answer"], icon="reply")
    def answer(self, request: HttpRequest, object_id: int) -> HttpResponse:
        asked = get_object_or_404(SupportRequest.objects.select_related("member"), pk=object_id)

        def run(values: dict[str, Any]) -> str:
            answer_support(
                request_id=asked.pk,
                text=values["answer"],
                actor=web_actor(request.user),
                now=timezone.now(),
            )
            return "The answer is on its way."

        page = ActPage(
            title="Answer a payment request",
            label="Send",
            permissions=("vip.view_supportrequest", "vip.answer_supportrequest"),
            say=say_refusal,
            form=AnswerForm,
            run=run,
            back=reverse("admin:vip_supportrequest_change", args=[asked.pk]),
            template="admin/vip/answer.html",
            context={
                "asked": asked,
                "may_see_payments": request.user.has_perm("vip.view_starpayment"),
                "payments": list_star_payments(asked.member_id),
            },
        )
        return serve(self, request, page)


@admin.register(Terms)
class TermsAdmin(TallyAdmin):
    list_display = ["language", "shown_text"]
    list_before_template = "admin/vip/terms_ours.html"
    fields = ["language", "text"]

    @display(description="text")
    def shown_text(self, terms: Terms) -> str:
        return terms.text if len(terms.text) <= 120 else f"{terms.text[:119]}…"

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["language"] if obj else []

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        # What members have agreed to is changed, and the audit says from what.
        return False

    def save_model(self, request: HttpRequest, obj: Terms, form: Any, change: bool) -> None:
        save_terms(obj, actor=web_actor(request.user))
