"""Who earned most in the last days, board by board."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.decorators import display

from points.admin.member_search import MemberSearch
from points.models import Board, Period, Score
from project.admin import ReadOnlyAdmin


class OneOf(admin.SimpleListFilter):
    """One is always chosen: the list walks the index of one board, score_highest."""

    default: str

    def value(self) -> str:
        asked = super().value()
        known = [str(value) for value, _label in self.lookup_choices]
        return asked if asked in known else self.default

    def choices(self, changelist: Any) -> Iterator[Any]:
        for value, label in self.lookup_choices:
            yield {
                "selected": self.value() == str(value),
                "query_string": changelist.get_query_string({self.parameter_name: value}),
                "display": label,
            }

    def queryset(self, request: HttpRequest, queryset: QuerySet[Score]) -> QuerySet[Score]:
        return queryset.filter(**{str(self.parameter_name): self.value()})


class BoardFilter(OneOf):
    title = "board"
    parameter_name = "board"
    default = Board.POINTS.value

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(board.value, str(board.label)) for board in Board]


class PeriodFilter(OneOf):
    title = "period"
    parameter_name = "days"
    default = str(Period.WEEK.value)

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(str(period.value), str(period.label)) for period in (Period.WEEK, Period.MONTH)]


@admin.register(Score)
class ScoreAdmin(MemberSearch, ReadOnlyAdmin):
    list_display = ["shown_member", "shown_score", "board", "days", "holds_place"]
    list_display_links = None
    list_select_related = ["member"]
    list_filter = [BoardFilter, PeriodFilter]
    ordering = ["-score", "member"]
    sortable_by: list[str] = []

    def get_queryset(self, request: HttpRequest) -> QuerySet[Score]:
        scores: QuerySet[Score] = super().get_queryset(request)
        return scores.filter(score__gt=0)

    @display(description="member")
    def shown_member(self, score: Score) -> str:
        return score.member.display_name

    @display(description="earned")
    def shown_score(self, score: Score) -> str:
        return f"{score.score:,}"

    @display(description="on the leaderboard", boolean=True)
    def holds_place(self, score: Score) -> bool:
        """Staff, banned and deleted members are left out."""
        member = score.member
        return not (member.is_banned or member.staff_user_id or member.anonymised_at)
