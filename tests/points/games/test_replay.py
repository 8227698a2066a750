import re
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings

from points.errors import GameNotFound
from points.games import blackjack, duel, pot, roulette, slots
from points.games.fairness import Draws, hash_of
from points.models import Game
from points.selectors import Replay, find_game, replay_game
from points.services import play_roulette, play_slots
from points.services.games.table import start_game
from points.services.ledger import lock_wallet
from tests.factories import make_member
from tests.points.conftest import NOW

DOCUMENT = Path(settings.BASE_DIR) / "docs" / "fairness.md"


def read_snippet() -> dict:
    [snippet] = re.findall(r"```python\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.S)
    names: dict = {}
    exec(snippet, names)  # noqa: S102  our own document
    return names


def test_the_document_draws_what_the_games_draw():
    names = read_snippet()

    for number in range(300):
        seed = sha256(str(number).encode()).hexdigest()
        reels = [slots.SYMBOLS[place] for place in slots.spin(Draws(seed))]
        assert (names["roulette"](seed), names["slots"](seed)) == (
            roulette.spin(Draws(seed)),
            reels,
        )
        stakes = [10, 30, 60, number + 1]
        assert names["duel"](seed) == duel.winner(Draws(seed))
        assert names["pot"](seed, stakes) == pot.winner(Draws(seed), stakes) + 1


def test_the_document_shuffles_the_deck_as_blackjack_does():
    shuffle = read_snippet()["deck"]

    for number in range(20):
        seed = sha256(str(number).encode()).hexdigest()
        dealt = [blackjack.card_name(card).rstrip("\ufe0f") for card in blackjack.deck_of(seed)]
        assert shuffle(seed) == dealt


def test_the_document_passes_over_the_uneven_rest():
    below = read_snippet()["below"]

    assert below(37, iter([2**64 - 1, 40])) == 3
    assert below(37, iter([2**64 - 1 - 2**64 % 37])) == 36


def test_the_document_tells_the_returns_that_the_rules_give():
    text = DOCUMENT.read_text(encoding="utf-8")

    assert roulette.return_to_player("red").as_integer_ratio() == (36, 37) and "36 of 37" in text
    assert slots.return_to_player(2) * 1_000_000 == 920_155 and "920,155 of 1,000,000" in text
    assert blackjack.RETURN_TO_PLAYER * 1_000_000 == 996_665 and "996,665 of 1,000,000" in text


@pytest.mark.django_db
def test_a_finished_game_is_worked_out_again_from_what_is_stored():
    member = make_member(points=100)
    spun = play_slots(member_id=member.pk, stake=10, operation_id="a", now=NOW)
    rolled = play_roulette(member_id=member.pk, stake=10, bet="7", operation_id="b", now=NOW)

    for game in Game.objects.all():
        assert replay_game(game) == Replay(game.result, matches=True)
    assert {spun.game.pk, rolled.game.pk} == set(Game.objects.values_list("pk", flat=True))


@pytest.mark.django_db
def test_a_result_that_is_not_the_seed_s_is_found():
    member = make_member(points=100)
    game = play_roulette(member_id=member.pk, stake=10, bet="7", operation_id="b", now=NOW).game
    game.result = {"ball": (game.result["ball"] + 1) % 37}

    assert replay_game(game).matches is False


@pytest.mark.parametrize("seed", ["no seed", "0", "00"])
def test_what_no_game_of_ours_holds_is_no_match(seed):
    game = Game(kind="blackjack", state="settled", seed=seed, choices={"moves": ["stand", "hit"]})

    assert replay_game(game) == Replay({}, matches=False)


@pytest.mark.django_db
def test_nothing_is_worked_out_before_the_end_or_without_chance():
    member = make_member(points=100)
    game = play_slots(member_id=member.pk, stake=10, operation_id="a", now=NOW).game

    for fields in ({"state": "playing"}, {"state": "refunded"}, {"seed": ""}, {"kind": "rps"}):
        values = {"kind": game.kind, "state": game.state, "seed": game.seed} | fields
        assert replay_game(SimpleNamespace(result=game.result, **values)) is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("chat", "viewer", "sees_all", "is_seen"),
    [
        *((None, "player", False, True), (None, "other", False, False)),
        *((None, "other", True, True), (-1001, "other", False, True)),
    ],
)
def test_who_may_see_a_game(chat, viewer, sees_all, is_seen):
    members = {"player": make_member(points=100), "other": make_member()}
    game = play_slots(
        member_id=members["player"].pk,
        stake=10,
        operation_id="a",
        now=NOW,
        chat_telegram_id=chat,
    ).game

    viewer_id = members[viewer].pk
    if is_seen:
        found, [seat] = find_game(game.pk, viewer_id=viewer_id, sees_all=sees_all)
        assert (found, seat.member) == (game, members["player"])
    else:
        with pytest.raises(GameNotFound):
            find_game(game.pk, viewer_id=viewer_id, sees_all=sees_all)


@pytest.fixture
def unfinished(db):
    from django.db import transaction

    member = make_member(points=100)
    with transaction.atomic():
        held = start_game(
            lock_wallet(member.pk),
            kind=Game.Kind.BLACKJACK,
            stake=10,
            operation_id="a",
            now=NOW,
            due_at=NOW,
            choices={"moves": ["hit"]},
        )
    return held.game


def test_an_unfinished_game_shows_its_hash_and_no_seed(unfinished):
    from tests.phone import Phone

    text = Phone(unfinished.starter).say(f"/verify {unfinished.pk}")

    assert hash_of(unfinished.seed) in text
    assert unfinished.seed not in text and "hit" not in text
