"""Who can be vouched for: a list with counts, and the acts that mark and unmark."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from unfold.decorators import action, display

from points.admin import provider_pages
from points.admin.member_search import MemberSearch
from points.models import VouchProvider
from project.admin import ReadOnlyAdmin


@admin.register(VouchProvider)
class VouchProviderAdmin(MemberSearch, ReadOnlyAdmin):
    list_display = [
        "shown_member",
        "headline",
        "shown_count",
        "shown_state",
        "since",
        "marked_by_label",
    ]
    list_display_links = ["shown_member"]
    list_select_related = ["member"]
    list_filter = ["is_active"]
    ordering = ["-vouch_count", "member"]
    sortable_by: list[str] = []
    fields = ["member", "headline", "shown_count", "shown_state", "since", "marked_by_label"]
    readonly_fields = fields
    actions_list = ["mark"]
    actions_detail = ["headline_page", "unmark"]

    @display(description="member")
    def shown_member(self, provider: VouchProvider) -> str:
        return provider.member.display_name

    @display(description="vouches")
    def shown_count(self, provider: VouchProvider) -> str:
        url = reverse("admin:points_vouch_changelist")
        query = f"?provider__member__exact={provider.pk}"
        return format_html(
            '<a class="th-link" href="{}{}">{}</a>', url, query, f"{provider.vouch_count:,}"
        )

    @display(description="state", label={"Provider": "success", "Unmarked": "info"})
    def shown_state(self, provider: VouchProvider) -> str:
        return "Provider" if provider.is_active else "Unmarked"

    def has_manage_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return request.user.has_perm(provider_pages.PERMISSION)

    @action(
        description="Mark as provider…", url_path="mark", permissions=["manage"], icon="person_add"
    )
    def mark(self, request: HttpRequest) -> HttpResponse:
        return provider_pages.mark(self, request)

    @action(
        description="Edit the headline…", url_path="headline", permissions=["manage"], icon="edit"
    )
    def headline_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        return provider_pages.edit_headline(self, request, object_id)

    @action(description="Unmark…", url_path="unmark", permissions=["manage"], icon="person_remove")
    def unmark(self, request: HttpRequest, object_id: int) -> HttpResponse:
        return provider_pages.unmark(self, request, object_id)
