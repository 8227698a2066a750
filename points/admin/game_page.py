"""A game's page: who played, what came of it, and the entries that belong to it."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from points.admin.game_words import say_result
from points.models import Game, Seat
from points.selectors import hash_of, list_game_entries, replay_game
from project.navigation import may_open


def build_game_page(request: HttpRequest, game: Game) -> dict[str, Any]:
    """`game` comes without its seed, which is read once the game is over."""
    seats = list(game.seats.all())
    may_cancel = not game.is_finished and may_open(request, "points.cancel_game")
    shows_entries = may_open(request, "points.view_entry")
    seed = game.seed if game.is_finished else ""
    return {
        "game": game,
        "seats": seats,
        "result": say_result(game, seats),
        "badge": _badge(game),
        "total": _total(game, seats),
        "seed": seed,
        "seed_hash": hash_of(seed) if seed else "",
        "replay": replay_game(game) if seed else None,
        "shows_members": may_open(request, "accounts.view_member"),
        "shows_entries": shows_entries,
        "entries": list_game_entries(game, seats) if shows_entries else [],
        "cancel_url": reverse("admin:points_game_cancel", args=[game.pk]) if may_cancel else "",
    }


def _badge(game: Game) -> str:
    if not game.is_finished:
        return "warn"
    return "good" if game.state == Game.State.SETTLED else ""


def _total(game: Game, seats: list[Seat]) -> dict[str, int]:
    staked = sum(seat.stake for seat in seats)
    paid = sum(seat.payout + seat.bonus for seat in seats)
    return {"staked": staked, "paid": paid, "house": staked - paid}
