"""The results of the ledger checks, and a check at once."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from unfold.decorators import action, display

from accounts.admin.act_page import ActPage, EmptyForm, serve
from accounts.services import web_actor
from points.admin.words import say_refusal
from points.models import LedgerCheck
from points.services import verify_ledger
from project.admin import ReadOnlyAdmin


@admin.register(LedgerCheck)
class LedgerCheckAdmin(ReadOnlyAdmin):
    list_display = [
        "created_at",
        "shown_result",
        "wallets",
        "entries",
        "minted",
        "burnt",
        "in_games",
    ]
    # Index ledger_check_newest.
    ordering = ["-created_at"]
    fields = ["created_at", "wallets", "entries", "minted", "burnt", "in_games", "faults"]
    actions_list = ["check_now"]

    @display(description="result", label={"Clean": "success", "Faults": "danger"})
    def shown_result(self, check: LedgerCheck) -> str:
        return "Faults" if check.faults else "Clean"

    def has_check_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("points.check_ledger")

    @action(
        description="Check now…", url_path="check-now", permissions=["check"], icon="fact_check"
    )
    def check_now(self, request: HttpRequest) -> HttpResponse:
        def run(values: dict[str, Any]) -> str:
            check = verify_ledger(actor=web_actor(request.user), now=timezone.now())
            if check.faults:
                return f"The check found {len(check.faults)} faults."
            return f"All {check.entries:,} entries of {check.wallets:,} wallets add up."

        page = ActPage(
            title="Check the ledger",
            label="Check now",
            hint="Sums up all entries and games again. It changes nothing; it may take minutes.",
            permissions=("points.check_ledger",),
            say=say_refusal,
            form=EmptyForm,
            run=run,
            back=reverse("admin:points_ledgercheck_changelist"),
        )
        return serve(self, request, page)
