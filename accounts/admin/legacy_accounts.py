"""Accounts of another network: who has claimed them, and codes for those who have not."""

from functools import partial
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from unfold.decorators import display
from unfold.widgets import UnfoldAdminIntegerFieldWidget

from accounts.errors import LegacyAccountTaken
from accounts.models import LegacyAccount
from accounts.services import issue_claim_code, list_held, web_actor
from accounts.services.legacy_codes import DAYS_MAX
from project.admin import ReadOnlyAdmin

DAYS = 7
PARTS = {"points": "points", "progress": "xp"}


class ClaimedFilter(admin.SimpleListFilter):
    title = "state"
    parameter_name = "claimed"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("no", "Not claimed"), ("yes", "Claimed")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() not in ("no", "yes"):
            return queryset
        return queryset.filter(member__isnull=self.value() == "no")


class CodeForm(forms.Form):
    days = forms.IntegerField(
        min_value=1,
        max_value=DAYS_MAX,
        initial=DAYS,
        label="Days the code is good for",
        widget=UnfoldAdminIntegerFieldWidget,
    )


@admin.register(LegacyAccount)
class LegacyAccountAdmin(ReadOnlyAdmin):
    list_display = ["legacy_id", "username", "shown_state", "shown_member", "claimed_at"]
    list_filter = [ClaimedFilter]
    list_select_related = ["member"]
    search_fields = ["=legacy_id", "username__istartswith"]
    search_help_text = "The id, or the beginning of the username"
    ordering = ["legacy_id"]

    @display(description="state", label={"Claimed": "success", "Not claimed": "warning"})
    def shown_state(self, account: LegacyAccount) -> str:
        return "Claimed" if account.member_id else "Not claimed"

    @display(description="member")
    def shown_member(self, account: LegacyAccount) -> str:
        return account.member.display_name if account.member else ""

    def get_urls(self) -> list[URLPattern]:
        wrap, pages = self.admin_site.admin_view, {"site": self.admin_site, "opts": self.opts}
        own = path(
            "<int:pk>/change/",
            wrap(partial(show, **pages)),
            name="accounts_legacyaccount_change",
        )
        return [own, *super().get_urls()]


def show(request: HttpRequest, pk: int, site: Any, opts: Any) -> HttpResponse:
    """The account; its POST issues a code, which this one answer shows and none after it."""
    if not request.user.has_perm("accounts.view_legacyaccount"):
        raise PermissionDenied
    may_issue = request.user.has_perm("accounts.issue_legacy_code")
    account = get_object_or_404(LegacyAccount.objects.select_related("member"), pk=pk)
    form = CodeForm(request.POST or None)
    code = ""
    if request.method == "POST":
        if not may_issue:
            raise PermissionDenied
        if form.is_valid():
            days = form.cleaned_data["days"]
            actor = web_actor(request.user)
            try:
                code = issue_claim_code(account_id=pk, days=days, actor=actor, now=timezone.now())
            except LegacyAccountTaken:
                messages.error(request, "A member has claimed this account.")
                return redirect("admin:accounts_legacyaccount_change", pk)
    held = list_held(account.legacy_id)
    context = {
        **site.each_context(request),
        "opts": opts,
        "title": f"Legacy account {account.legacy_id}",
        "account": account,
        "form": form,
        "code": code,
        "code_row": account.codes.order_by("-pk").first(),
        "now": timezone.now(),
        "may_issue": may_issue and account.member_id is None,
        "held": len(held),
        "sums": {
            name: sum(value.get(name, 0) for part, value in held if part == wanted)
            for wanted, name in PARTS.items()
        },
    }
    answer = TemplateResponse(request, "admin/member/legacy_account.html", context)
    answer["Cache-Control"] = "no-store"
    return answer
