"""The ledger: to look at, to export, and to reverse an entry by a new one."""

from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse as url_of
from django.utils import timezone
from import_export.fields import Field
from import_export.resources import ModelResource
from unfold.decorators import action, display

from accounts.admin.act_page import ActPage, serve
from accounts.services import web_actor
from points.admin.entry_words import say_note
from points.admin.forms import SeenReasonForm
from points.admin.member_search import MemberSearch
from points.admin.words import IRREVERSIBLE, say_refusal
from points.errors import NotReversible
from points.models import Entry
from points.services import reverse_entry
from project.admin import PeriodFilter, ReadOnlyAdmin, asks_for_period
from project.exports import CsvExport


class EntryResource(ModelResource):  # type: ignore[misc]
    """Rows by their numbers: a name would ask the database once for each line."""

    wallet = Field(attribute="wallet_id", column_name="wallet")
    counterparty = Field(attribute="counterparty_id", column_name="counterparty")
    reverses = Field(attribute="reverses_id", column_name="reverses")

    class Meta:
        model = Entry
        fields = (
            "id",
            "created_at",
            "wallet",
            "amount",
            "balance_after",
            "kind",
            "counterparty",
            "actor_label",
            "note",
            "reverses",
        )
        export_order = fields


@admin.register(Entry)
class EntryAdmin(CsvExport, MemberSearch, ReadOnlyAdmin):
    list_display = [
        "shown_time",
        "shown_member",
        "shown_kind",
        "shown_amount",
        "shown_balance",
        "shown_note",
        "shown_actor",
    ]
    list_display_links = ["shown_time"]
    list_select_related = ["wallet__member"]
    # Index entry_history.
    member_lookups = ("wallet",)
    list_filter = ["kind", ("created_at", PeriodFilter)]
    # By the primary key; a member's by entry_history, those of a kind by entry_of_kind.
    ordering = ["-id"]
    sortable_by: list[str] = []
    fields = [
        "id",
        "created_at",
        "shown_member",
        "kind",
        "shown_amount",
        "shown_balance",
        "shown_other",
        "shown_note",
        "shown_actor",
        "reverses",
        "key",
    ]
    readonly_fields = fields
    actions_detail = ["reverse"]
    resource_classes = [EntryResource]
    export_permission = "points.export_entry"

    @display(description="when")
    def shown_time(self, entry: Entry) -> datetime:
        return entry.created_at

    @display(description="note", empty_value="—")
    def shown_note(self, entry: Entry) -> str | None:
        return say_note(entry) or None

    @display(description="by", empty_value="—")
    def shown_actor(self, entry: Entry) -> str | None:
        return entry.actor_label or None

    @display(description="member")
    def shown_member(self, entry: Entry) -> str:
        return entry.wallet.member.display_name

    @display(description="other side", empty_value="—")
    def shown_other(self, entry: Entry) -> str | None:
        return entry.counterparty.member.display_name if entry.counterparty else None

    @display(description="kind", label=True)
    def shown_kind(self, entry: Entry) -> str:
        return entry.get_kind_display()

    @display(description="amount")
    def shown_amount(self, entry: Entry) -> str:
        return f"{entry.amount:+,}"

    @display(description="balance after")
    def shown_balance(self, entry: Entry) -> str:
        return f"{entry.balance_after:,}"

    def get_ordering(self, request: HttpRequest) -> list[str]:
        """A period of all members is found by entry_newest, in that index's order.

        By the primary key the database would walk back to it from today.
        """
        is_of_member = "q" in request.GET or "wallet" in request.GET
        if asks_for_period(request, "created_at") and not is_of_member:
            return ["-created_at", "-id"]
        return self.ordering

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        # The member's page leads here with his number.
        return lookup == "wallet" or super().lookup_allowed(lookup, value, request)

    def has_reverse_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return request.user.has_perm("points.reverse_entry")

    @action(description="Reverse…", url_path="reverse", permissions=["reverse"], icon="undo")
    def reverse(self, request: HttpRequest, object_id: int) -> HttpResponse:
        entry = get_object_or_404(Entry.objects.select_related("wallet__member"), pk=object_id)
        back = url_of("admin:points_entry_change", args=[entry.pk])
        is_posted = request.method == "POST"
        if entry.kind in IRREVERSIBLE or (not is_posted and _is_settled(entry)):
            # Before a reason is asked for that nobody will need.
            messages.error(request, say_refusal(NotReversible(kind=entry.kind)))
            return redirect(back)

        def run(values: dict[str, Any]) -> str:
            postings = reverse_entry(
                entry_id=entry.pk,
                reason=values["reason"],
                actor=web_actor(request.user),
                now=timezone.now(),
            )
            return f"Reversed by {len(postings)} new entries." if postings[1:] else "Reversed."

        name = entry.wallet.member.display_name
        page = ActPage(
            title=f"Reverse {entry.amount:+,} of {name}",
            label="Reverse",
            hint=_hint(entry),
            permissions=("points.reverse_entry",),
            say=say_refusal,
            form=SeenReasonForm,
            run=run,
            back=back,
            style="bad",
        )
        return serve(self, request, page)


def _is_settled(entry: Entry) -> bool:
    is_reversal = entry.kind == Entry.Kind.REVERSAL
    return is_reversal or Entry.objects.filter(reverses=entry).exists()


def _hint(entry: Entry) -> str:
    if entry.kind == Entry.Kind.GAME_PAYOUT:
        return (
            "A new entry takes back all that the game paid, the stake in it included. "
            "The game itself stays as it was. It can be done once."
        )
    return "A new entry takes this one back; of a transfer, both sides. It can be done once."
