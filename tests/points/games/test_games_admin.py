"""Games in the dashboard: who may see and end them, and what nobody may see before the end."""

import re

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.urls import reverse

from accounts.models import AuditEntry
from points.models import Entry, Game, Multiplier, PlayLimits, Seat
from points.selectors import balance_of, hash_of
from points.services import play_roulette, play_slots, reverse_entry
from tests.factories import make_member
from tests.factories.games import double, make_game, refund, seat_in, settle, switch_on
from tests.points.conftest import NOW

pytestmark = pytest.mark.django_db

LIST = "/admin/points/game/"


@pytest.fixture
def ann():
    return make_member(points=500, first_name="<b>Ann", username="ann")


@pytest.fixture
def boris():
    return make_member(points=500, first_name="Boris", username="boris")


@pytest.fixture
def unfinished(ann, boris):
    """A rock, paper, scissors with one secret choice, and a game with a seed."""
    rps = make_game(
        ann, kind="rps", state="playing", opponent_id=boris.pk, has_chance=False, now=NOW
    )
    seat_in(rps, boris, stake=10, now=NOW)
    Seat.objects.filter(game=rps, member=ann).update(secret="zz-secret")
    cards = make_game(boris, kind="blackjack", choices={"moves": ["hit-secret"]}, now=NOW)
    return rps, cards


def page_of(game):
    return reverse("admin:points_game_change", args=[game.pk])


def cancel_of(game):
    return reverse("admin:points_game_cancel", args=[game.pk])


def text_of(answer):
    return " ".join(answer.content.decode().split())


def listed(client, **query):
    return [game.pk for game in client.get(LIST, query).context["cl"].result_list]


def test_juniors_look_at_games_and_change_nothing(staff, ann):
    client = staff("Junior")
    spin = play_slots(member_id=ann.pk, stake=10, operation_id="a", now=NOW).game
    waiting = make_game(ann, now=NOW)

    pages = [client.get(url) for url in (LIST, page_of(spin), page_of(waiting))]

    assert [page.status_code for page in pages] == [200, 200, 200]
    assert all(b"<b>Ann" not in page.content for page in pages)
    assert "End and refund" not in text_of(pages[2])
    assert client.get(reverse("admin:points_game_add")).status_code == 403
    assert client.get(reverse("admin:points_game_delete", args=[spin.pk])).status_code == 403
    assert client.post(cancel_of(waiting), {"reason": "x"}).status_code == 403
    assert client.post(page_of(waiting), {"state": "settled"}).status_code == 302
    waiting.refresh_from_db()
    assert waiting.state == "playing"


@pytest.mark.parametrize("page", [LIST, "/admin/points/game/1/", "/admin/points/game/1/cancel/"])
def test_who_may_not_see_games_sees_none(client, page):
    client.force_login(User.objects.create_user("vera", is_staff=True))
    Game.objects.create(
        pk=1, kind="pot", state="open", starter=make_member(), stake=1, due_at=NOW, created_at=NOW
    )

    assert client.get(page, follow=True).status_code == 403


def test_a_finished_game_is_told_in_words_with_its_seed_and_entries(staff, ann):
    client = staff("Junior")
    switch_on(ann, 3, now=NOW)
    game = play_roulette(member_id=ann.pk, stake=10, bet="red", operation_id="a", now=NOW).game
    seat = game.seats.get()

    text = text_of(client.get(page_of(game)))

    assert f"Bet on red: {game.result['ball']}" in text
    assert game.seed in text and hash_of(game.seed) in text
    for entry in Entry.objects.filter(kind__startswith="game"):
        assert reverse("admin:points_entry_change", args=[entry.pk]) in text
    assert seat.get_outcome_display() in text
    assert f"×{seat.multiplier}" in text


def test_every_entry_of_a_game_belongs_to_its_page_and_its_reversal_too(staff, ann, boris, actor):
    client = staff("Junior")
    game = make_game(ann, kind="blackjack", stake=20, now=NOW)
    double(game, ann, now=NOW)
    settle(game, {ann: ("win", 80)}, now=NOW)
    settle(make_game(ann, now=NOW), {ann: ("loss", 0)}, now=NOW)
    reverse_entry(
        entry_id=Entry.objects.get(kind="game_payout").pk, reason="x", actor=actor, now=NOW
    )

    entries = client.get(page_of(game)).context["entries"]

    assert [entry.amount for entry in entries] == [-20, -20, 80, -80]


@pytest.mark.parametrize(
    ("kind", "choices", "result", "words"),
    [
        ("roulette", {"bet": "17"}, {"ball": 17}, "Bet on number 17: 17 (black)"),
        ("roulette", {"bet": "dozen1"}, {"ball": 0}, "Bet on dozen 1: 0 (green)"),
        ("slots", {}, {"reels": [0, 1, 6]}, "🍒 🍋 7️⃣"),
        (
            "blackjack",
            {"moves": ["stand"]},
            {"player": [0, 12], "dealer": [13, 20, 9]},
            "A♠️ K♠️ (21) against A♥️ 8♥️ 10♠️ (19)",
        ),
        ("duel", {}, {"place": 1}, "Boris won 20"),
        ("rps", {"moves": ["rock", "paper"]}, {"place": 1}, "Ann rock, Boris paper: Boris won 20"),
        ("pot", {}, {"place": 1}, "Boris won 20"),
        ("slots", {}, {"reels": [99]}, "{&quot;reels&quot;: [99]}"),
        ("roulette", {}, {"<b>": "<i>"}, "{&quot;&lt;b&gt;&quot;: &quot;&lt;i&gt;&quot;}"),
    ],
)
def test_each_kind_has_its_words(staff, boris, kind, choices, result, words):
    client, ann = staff("Junior"), make_member(points=500, first_name="Ann")
    game = make_game(ann, kind=kind, choices=choices, now=NOW)
    seat_in(game, boris, stake=10, now=NOW)
    settle(game, {ann: ("loss", 0), boris: ("win", 20)}, now=NOW, **result)

    for page in (LIST, page_of(game)):
        assert words in text_of(client.get(page)).translate({0x2068: None, 0x2069: None})


def test_a_name_that_turns_the_line_turns_itself_alone(staff, boris):
    client, ann = staff("Junior"), make_member(points=500, first_name="\u202eevil")
    game = make_game(ann, kind="duel", now=NOW)
    seat_in(game, boris, stake=10, now=NOW)
    settle(game, {ann: ("win", 20), boris: ("loss", 0)}, now=NOW, place=0)

    assert "\u2068\u202eevil\u2069 won 20" in text_of(client.get(page_of(game)))
    assert "\u2068\u202eevil\u2069, \u2068Boris\u2069" in text_of(client.get(LIST))


ORACLES = [
    "seed__startswith",
    "seed__gt",
    "key__startswith",
    "choices__icontains",
    "result__has_key",
    "seats__secret",
    "seats__secret__startswith",
    "starter__started_games__seed__startswith",
]


@pytest.mark.parametrize("lookup", ORACLES)
def test_no_filter_tells_what_must_stay_hidden(admin_client, unfinished, lookup):
    assert admin_client.get(LIST, {lookup: "a"}).status_code == 400


@pytest.mark.parametrize("lookup", ["started_games__seed__startswith", "seats__secret"])
def test_no_filter_on_members_tells_it_either(admin_client, unfinished, lookup):
    answers = [
        admin_client.get(reverse(f"admin:{view}"), {prefix + lookup: "a"})
        for view, prefix in (
            ("accounts_member_changelist", ""),
            ("accounts_member_export", ""),
            ("points_wallet_changelist", "member__"),
            ("points_entry_changelist", "wallet__member__"),
        )
    ]

    assert {answer.status_code for answer in answers} == {400}


def test_a_superuser_sees_no_seed_and_no_secret_before_the_end(
    admin_client, unfinished, ann, boris, caplog
):
    rps, cards = unfinished
    urls = [LIST, f"{LIST}?o=1", f"{LIST}?q={cards.pk}", f"{LIST}?state=unfinished", "/admin/"]
    urls += [url for game in unfinished for url in (page_of(game), cancel_of(game))]
    urls += [reverse("admin:accounts_member_change", args=[member.pk]) for member in (ann, boris)]
    urls += [reverse("admin:points_entry_changelist"), "/admin/search/?s=blackjack"]

    texts = [admin_client.get(url).content.decode() for url in urls]
    texts += [
        admin_client.post(cancel_of(cards), {"reason": reason}).content.decode()
        for reason in ("", " ")
    ]
    texts.append(caplog.text)

    for secret in (cards.seed, cards.seed[:16], "zz-secret", "hit-secret", cards.key):
        assert not any(secret in text for text in texts)


def test_the_seed_of_an_unfinished_game_is_not_even_read(admin_client, unfinished):
    cards = unfinished[1]

    with CaptureQueries() as asked:
        admin_client.get(LIST)
        admin_client.get(page_of(cards))
        admin_client.get(cancel_of(cards))

    assert not any(re.search(r'"(seed|secret)"', sql) for sql in asked.sql)


class CaptureQueries:
    def __enter__(self):
        self.sql = []
        self.wrapper = connection.execute_wrapper(self.keep)
        self.wrapper.__enter__()
        return self

    def keep(self, execute, sql, params, many, context):
        self.sql.append(sql)
        return execute(sql, params, many, context)

    def __exit__(self, *error):
        self.wrapper.__exit__(*error)


def test_seniors_end_a_game_and_return_the_stakes(staff, unfinished, ann, boris):
    client, (rps, _) = staff("Senior"), unfinished
    assert cancel_of(rps) in text_of(client.get(page_of(rps)))

    done = client.post(cancel_of(rps), {"reason": "<i>stuck"}, follow=True)

    assert "20 points were returned" in text_of(done)
    assert "Stakes returned: ended by staff" in text_of(done)
    assert "&lt;i&gt;stuck" in text_of(done)
    assert balance_of(ann.pk) == 500
    audit = AuditEntry.objects.get()
    assert (audit.action, audit.actor_label) == ("points.cancel_game", "vera")


def test_a_second_press_is_refused_kindly(staff, unfinished, state):
    client, (rps, _) = staff("Senior"), unfinished
    client.post(cancel_of(rps), {"reason": "x"})
    before = state()

    again = client.post(cancel_of(rps), {"reason": "x"})

    assert "over already" in text_of(again)
    assert "End and refund" not in text_of(client.get(page_of(rps)))
    assert state() == before


def test_a_look_at_the_form_ends_nothing(staff, unfinished, state):
    client, (rps, _) = staff("Senior"), unfinished
    before = state()

    form = text_of(client.get(cancel_of(rps), {"reason": "x"}))
    assert "Gives back 20 points, frozen or not: \u2068&lt;b&gt;Ann\u2069 10, " in form
    assert client.post(cancel_of(rps), {"reason": "  "}).status_code == 200
    assert client.get(f"{LIST}999999/cancel/").status_code == 404

    assert state() == before


def test_the_member_s_page_shows_his_games_and_limits(staff, ann, boris):
    client = staff("Junior")
    settle(make_game(ann, now=NOW), {ann: ("win", 20)}, now=NOW)
    settle(make_game(ann, now=NOW), {ann: ("loss", 0)}, now=NOW)
    settle(make_game(ann, stake=5, now=NOW), {ann: ("loss", 0)}, now=NOW)
    refund(make_game(ann, kind="pot", state="open", now=NOW), now=NOW)
    settle(make_game(boris, now=NOW), {boris: ("win", 20)}, now=NOW)
    Multiplier.objects.create(member=ann, factor=3, games_left=2, activated_at=NOW)
    PlayLimits.objects.create(member=ann, daily_loss_max=1234, paused_until="2099-01-02T00:00:00Z")

    page = client.get(reverse("admin:accounts_member_change", args=[ann.pk]))

    panels = {panel["title"]: " ".join(panel["body"].split()) for panel in page.context["panels"]}
    games, limits = re.sub("<[^>]+>", " ", panels["Games"]), panels["Limits of play"]
    assert "3 played" in " ".join(games.split())
    assert "1 won" in " ".join(games.split())
    assert "-5 net" in " ".join(games.split())
    assert "×3 for the next 2 games" in " ".join(games.split())
    assert "1,234" in limits
    assert "2 Jan 2099" in limits
    assert f"{LIST}?member={ann.pk}" in text_of(page)
    assert "<form" not in limits and "<a" not in limits


def test_a_replay_says_that_the_result_follows_from_the_seed(staff, ann):
    client = staff("Junior")
    game = play_slots(member_id=ann.pk, stake=10, operation_id="a", now=NOW).game

    assert "the result is the same" in text_of(client.get(page_of(game)))


@pytest.mark.parametrize(
    ("kind", "choices", "result"),
    [
        ("slots", {}, {"reels": [9, 9, 9]}),
        ("slots", {}, {}),
        ("roulette", {"bet": "red"}, {"ball": "<b>"}),
    ],
)
def test_a_replay_says_that_another_result_follows(staff, ann, kind, choices, result):
    client = staff("Junior")
    game = make_game(ann, kind=kind, choices=choices, now=NOW)
    settle(game, {ann: ("loss", 0)}, now=NOW, **result)

    text = text_of(client.get(page_of(game)))

    assert "the result is another" in text
    assert "<b>" not in text.replace("<bdi>", "")


def test_a_returned_game_has_no_result_to_replay(staff, ann):
    game = refund(make_game(ann, kind="pot", state="open", now=NOW), now=NOW)

    assert "no result was drawn" in text_of(staff("Junior").get(page_of(game)))
