"""Lists of what members have are searched by who they are."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest

from accounts.selectors import search_members


class MemberSearch:
    """The members first, then what is theirs by an index of each of `member_lookups`."""

    member_lookups: tuple[str, ...] = ("member",)
    # Some name has to stand here: without one Django shows no box to search in.
    search_fields: tuple[str, ...] = ("pk",)
    search_help_text = "Member's number, Telegram id, or the beginning of an @username"

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        if not search_term.strip():
            return queryset, False
        found = search_members(search_term)
        theirs = Q()
        for lookup in self.member_lookups:
            theirs |= Q((f"{lookup}__in", found))
        return queryset.filter(theirs), False
