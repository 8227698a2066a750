"""What members have in their bags, where it came from, and giving more."""

from datetime import datetime

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from unfold.decorators import action, display

from points.admin import gift_page
from points.admin.member_search import MemberSearch
from points.models import Item, ItemEntry
from project.admin import ReadOnlyAdmin


@admin.register(Item)
class ItemAdmin(MemberSearch, ReadOnlyAdmin):
    list_display = ["shown_member", "kind", "quantity"]
    list_select_related = ["member"]
    ordering = ["-id"]
    sortable_by: list[str] = []
    fields = ["member", "kind", "quantity"]
    actions_list = ["give"]

    @display(description="member")
    def shown_member(self, item: Item) -> str:
        return item.member.display_name

    def has_give_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("points.give_item")

    @action(description="Give items…", url_path="give", permissions=["give"], icon="backpack")
    def give(self, request: HttpRequest) -> HttpResponse:
        return gift_page.give(self, request)


@admin.register(ItemEntry)
class ItemEntryAdmin(MemberSearch, ReadOnlyAdmin):
    list_display = [
        "shown_time",
        "shown_member",
        "shown_kind",
        "shown_change",
        "quantity_after",
        "shown_cause",
        "note",
        "shown_actor",
    ]
    list_display_links = ["shown_time"]
    list_select_related = ["item__member"]
    list_filter = ["cause"]
    member_lookups = ("item__member",)
    ordering = ["-id"]
    sortable_by: list[str] = []
    fields = [
        "created_at",
        "shown_member",
        "shown_kind",
        "shown_change",
        "quantity_after",
        "cause",
        "outcome",
        "note",
        "shown_actor",
        "key",
    ]
    readonly_fields = fields

    @display(description="when")
    def shown_time(self, entry: ItemEntry) -> datetime:
        return entry.created_at

    @display(description="by", empty_value="—")
    def shown_actor(self, entry: ItemEntry) -> str | None:
        return entry.actor_label or None

    @display(description="member")
    def shown_member(self, entry: ItemEntry) -> str:
        return entry.item.member.display_name

    @display(description="kind")
    def shown_kind(self, entry: ItemEntry) -> str:
        return entry.item.get_kind_display()

    @display(description="change")
    def shown_change(self, entry: ItemEntry) -> str:
        return f"{entry.change:+,}"

    @display(description="cause", label=True)
    def shown_cause(self, entry: ItemEntry) -> str:
        return entry.get_cause_display()

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        # The member's page leads here with his number.
        return lookup == "item__member" or super().lookup_allowed(lookup, value, request)
