"""Games: to look at, and to end with everybody's stake returned.

The seed and the secret choices of a game that is not over are not even read here: nobody who
knows the house may know more than those who play in it.
"""

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from unfold.decorators import display

from accounts.admin.act_page import ActPage, serve
from accounts.selectors import list_handles, search_members
from accounts.services import web_actor
from points.admin.forms import EndGameForm
from points.admin.game_page import build_game_page
from points.admin.game_words import name_of, say_result
from points.admin.words import say_refusal
from points.models import Game, Seat
from points.services import cancel_game
from project.admin import PageAdmin, PeriodFilter, asks_for_period
from project.ids import read_id

PERIOD = ("finished_at_from_0", "finished_at_from_1", "finished_at_to_0", "finished_at_to_1")


class StateFilter(admin.SimpleListFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("unfinished", "Not over"), *Game.State.choices]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Game]) -> QuerySet[Game]:
        state = self.value()
        if state in ("unfinished", *Game.UNFINISHED):
            # Few among many: the index game_due holds them alone.
            queryset = queryset.filter(due_at__isnull=False)
        return queryset.filter(state=state) if state in Game.State.values else queryset


class MemberFilter(admin.SimpleListFilter):
    """Where a member's page leads: shown only while it is on."""

    title = "member"
    parameter_name = "member"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        number = read_id(request.GET.get("member", ""))
        if number is None:
            return []
        return [(str(number), (list_handles([number]) or [f"Member {number}"])[0])]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Game]) -> QuerySet[Game]:
        return queryset.filter(_played_by([int(self.value() or 0)]))


def _played_by(member_ids: list[int]) -> Q:
    """By an index of the seats: a member has few beside all that there are."""
    return Q(pk__in=Seat.objects.filter(member__in=member_ids).values("game"))


def _say_returned(seats: list[Seat]) -> str:
    points = sum(seat.stake for seat in seats)
    names = ", ".join(f"{name_of(seat)} {seat.stake:,}" for seat in seats[:5])
    more = f" and {len(seats) - 5} more" if seats[5:] else ""
    return f"Gives back {points:,} points, frozen or not: {names}{more}. They are told the reason."


@admin.register(Game)
class GameAdmin(PageAdmin):
    page_template = "admin/points/game.html"
    list_display = [
        "shown_number",
        "shown_kind",
        "shown_players",
        "shown_stake",
        "shown_result",
        "shown_paid",
        "shown_house",
        "shown_time",
    ]
    list_filter = ["kind", StateFilter, ("finished_at", PeriodFilter), MemberFilter]
    ordering = ["-id"]
    sortable_by: list[str] = []
    search_fields = ["member"]
    search_help_text = "Number of a game, Telegram id, or the beginning of an @username"

    @display(description="game")
    def shown_number(self, game: Game) -> str:
        return str(game.pk)

    @display(description="kind", label=True)
    def shown_kind(self, game: Game) -> str:
        return game.get_kind_display()

    @display(description="who")
    def shown_players(self, game: Game) -> str:
        names = [name_of(seat) for seat in game.seats.all()]
        return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if names[3:] else "")

    @display(description="staked")
    def shown_stake(self, game: Game) -> str:
        return f"{sum(seat.stake for seat in game.seats.all()):,}"

    @display(description="result")
    def shown_result(self, game: Game) -> str:
        return say_result(game, list(game.seats.all()))

    @display(description="paid", empty_value="—")
    def shown_paid(self, game: Game) -> str | None:
        if not game.is_finished:
            return None
        return f"{sum(seat.payout + seat.bonus for seat in game.seats.all()):,}"

    @display(description="house", empty_value="—")
    def shown_house(self, game: Game) -> str | None:
        if not game.is_finished:
            return None
        won = sum(seat.stake - seat.payout - seat.bonus for seat in game.seats.all())
        return f"{won:+,}" if won else "0"

    @display(description="when")
    def shown_time(self, game: Game) -> datetime:
        return game.finished_at or game.created_at

    def get_queryset(self, request: HttpRequest) -> QuerySet[Game]:
        seats = Seat.objects.defer("secret").select_related("member").order_by("id")
        games: QuerySet[Game] = super().get_queryset(request)
        return games.defer("seed", "key").prefetch_related(Prefetch("seats", seats))

    def get_ordering(self, request: HttpRequest) -> list[str]:
        """A period is found by game_newest, all the rest by the primary key or game_of_kind."""
        is_of_member = "q" in request.GET or "member" in request.GET
        if asks_for_period(request, "finished_at") and not is_of_member:
            return ["-finished_at", "-id"]
        return self.ordering

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Game], search_term: str
    ) -> tuple[QuerySet[Game], bool]:
        """A number is a game's before it is a member's."""
        term = search_term.strip().removeprefix("#")
        if not term:
            return queryset, False
        if (number := read_id(term)) is not None:
            game = queryset.filter(pk=number)
            if game.exists():
                return game, False
        return queryset.filter(_played_by(search_members(term))), False

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """The filters and nothing else: asked often enough, `seed__startswith` tells a seed."""
        return lookup in ("kind__exact", "state", "member", *PERIOD)

    def get_urls(self) -> list[URLPattern]:
        cancel = path(
            "<int:object_id>/cancel/",
            self.admin_site.admin_view(self.cancel),
            name="points_game_cancel",
        )
        return [cancel, *super().get_urls()]

    def build_page(self, request: HttpRequest, row: Game) -> dict[str, Any]:
        return build_game_page(request, row)

    def cancel(self, request: HttpRequest, object_id: int) -> HttpResponse:
        game = get_object_or_404(self.get_queryset(request), pk=object_id)

        def run(values: dict[str, Any]) -> str:
            returned = cancel_game(
                game_id=game.pk,
                reason=values["reason"],
                actor=web_actor(request.user),
                now=timezone.now(),
            )
            return f"The game is over: {returned:,} points were returned."

        page = ActPage(
            title=f"End {game} and return the stakes",
            label="End and refund",
            hint=_say_returned(list(game.seats.all())),
            permissions=("points.cancel_game",),
            say=say_refusal,
            form=EndGameForm,
            run=run,
            back=reverse("admin:points_game_change", args=[game.pk]),
            style="bad",
        )
        return serve(self, request, page)
