"""A community that lives at random: the machine of test_machine."""

from contextlib import suppress
from datetime import timedelta

from django.db import transaction
from django.db.models import F, Sum
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from accounts.models import Chat, Member
from accounts.services import SYSTEM, ban, freeze, unban, unfreeze
from points import services
from points.games.rps import MOVES
from points.models import Entry, Game, Item, ItemEntry, Multiplier, Seat, Vouch, Wallet
from project.errors import Refusal
from tests.factories import make_member
from tests.points.conftest import NOW

GROUP = -1001
PEOPLE, MOST = 3, 1_200
# Moves between members, or between a member and a game: neither makes points.
MOVED = ("transfer_in", "transfer_out", "game_stake", "game_refund")

person = st.integers(0, PEOPLE - 1)
# Round ones meet each other more often; some are refused.
stake = st.sampled_from([1, 7, 50, 500, 1_000, 1_001])


class Community(RuleBasedStateMachine):
    """Every step is a service call; what it refuses must change nothing, which the sums show."""

    def __init__(self) -> None:
        super().__init__()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.now = NOW
        self.steps = 0
        self.given = 0
        Chat.objects.create(telegram_id=GROUP, kind="supergroup", is_enabled=True)
        self.members = [make_member(points=MOST) for _ in range(PEOPLE)]
        services.mark_providers(
            member_ids=[self.members[0].pk], headline="", actor=SYSTEM, now=self.now
        )

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)

    @rule(who=person, stake=stake, name=st.sampled_from(["slots", "red", "n17", "dozen1"]))
    def spin(self, who, stake, name):
        self.play(who, stake, name)

    def play(self, who, stake, name, operation_id=""):
        words = {
            "member_id": self.members[who].pk,
            "stake": stake,
            "operation_id": operation_id or self.key(),
            "now": self.now,
        }
        with suppress(Refusal):
            if name == "slots":
                services.play_slots(**words)
            else:
                services.play_roulette(bet=name, **words)

    @rule(who=person, stake=stake)
    def press_twice(self, who, stake):
        key = self.key()
        self.play(who, stake, "slots", key)
        before = self.totals()
        self.play(who, stake, "slots", key)
        if Game.objects.filter(key__endswith=f":{key}").exists():
            assert self.totals() == before

    @rule(
        who=person,
        stake=stake,
        moves=st.lists(st.sampled_from(["hit", "stand", "double"]), max_size=4),
    )
    def sit_down(self, who, stake, moves):
        member_id = self.members[who].pk
        with suppress(Refusal):
            play = services.start_blackjack(
                member_id=member_id, stake=stake, operation_id=self.key(), now=self.now
            )
            for made, move in enumerate(moves):
                # Doubling is the first move or none: no button offers it later.
                move = "hit" if made and move == "double" else move
                getattr(services, move)(
                    member_id=member_id, game_id=play.game.pk, moves_made=made, now=self.now
                )

    @rule(who=person, whom=person, stake=stake, kind=st.sampled_from(["duel", "rps"]))
    def challenge(self, who, whom, stake, kind):
        with suppress(Refusal):
            services.challenge(
                kind=kind,
                member_id=self.members[who].pk,
                opponent_id=self.members[whom].pk,
                stake=stake,
                operation_id=self.key(),
                now=self.now,
                chat_telegram_id=GROUP,
            )

    @rule(
        who=person,
        act=st.sampled_from(["accept_challenge", "decline_challenge", "withdraw_challenge"]),
    )
    def answer(self, who, act):
        for game in self.unfinished("duel", "rps"):
            with suppress(Refusal):
                getattr(services, act)(
                    game_id=game.pk, member_id=self.members[who].pk, now=self.now
                )

    @rule(moves=st.lists(st.sampled_from(MOVES), max_size=PEOPLE))
    def choose(self, moves):
        """One after the other; one may be missing. Not in the second in which he accepted."""
        self.now += timedelta(seconds=2)
        for game in self.unfinished("rps"):
            for member, move in zip(self.members, moves, strict=False):
                with suppress(Refusal):
                    services.choose_move(
                        game_id=game.pk, member_id=member.pk, move=move, now=self.now
                    )

    @rule(who=person, stake=stake)
    def pot(self, who, stake):
        member_id = self.members[who].pk
        with suppress(Refusal):
            if games := self.unfinished("pot"):
                services.join_pot(
                    game_id=games[0].pk, member_id=member_id, stake=stake, now=self.now
                )
            else:
                services.open_pot(
                    member_id=member_id,
                    chat_telegram_id=GROUP,
                    stake=stake,
                    operation_id=self.key(),
                    now=self.now,
                )

    @rule(seconds=st.sampled_from([1, 29, 31, 301, 86_400, -86_400]))
    def wait(self, seconds):
        """The clock goes on, jumps a day ahead, or is set a day back."""
        self.now += timedelta(seconds=seconds)
        services.end_due_games(now=self.now, limit=100)

    @rule()
    def end_early(self):
        for game in Game.objects.filter(finished_at=None)[:1]:
            services.cancel_game(game_id=game.pk, reason="x", actor=SYSTEM, now=self.now)

    @rule(who=person, kind=st.sampled_from(Item.Kind.values), quantity=st.integers(1, 3))
    def give(self, who, kind, quantity):
        with suppress(Refusal):
            services.give_items(
                members=Member.objects.filter(pk=self.members[who].pk),
                kind=kind,
                quantity=quantity,
                reason="x",
                key=self.key(),
                actor=SYSTEM,
                now=self.now,
            )

    @rule(who=person, kind=st.sampled_from(Item.Kind.values))
    def use(self, who, kind):
        member_id, key = self.members[who].pk, self.key()
        with suppress(Refusal):
            if kind == Item.Kind.JACKPOT:
                services.open_jackpots(member_id=member_id, count=2, key=key, now=self.now)
            else:
                services.use_multiplier(member_id=member_id, kind=kind, key=key, now=self.now)

    @rule(who=person, whom=person, amount=stake)
    def send(self, who, whom, amount):
        with suppress(Refusal):
            services.transfer(
                sender_id=self.members[who].pk,
                receiver_id=self.members[whom].pk,
                amount=amount,
                key=self.key(),
                now=self.now,
            )

    @rule(who=person, change=st.sampled_from([-700, -1, 1, 700]))
    def adjust(self, who, change):
        with suppress(Refusal):
            services.adjust(
                member_id=self.members[who].pk,
                change=change,
                reason="x",
                key=self.key(),
                actor=SYSTEM,
                now=self.now,
            )

    @rule(place=st.integers(0, 5))
    def reverse(self, place):
        for entry in Entry.objects.order_by("-pk")[place : place + 1]:
            with suppress(Refusal):
                services.reverse_entry(entry_id=entry.pk, reason="x", actor=SYSTEM, now=self.now)

    @rule(who=person, is_voided=st.booleans())
    def vouch(self, who, is_voided):
        self.steps += 1
        photo = services.Photo(
            chat_telegram_id=GROUP, message_id=self.steps, unique_id=f"photo{self.steps}"
        )
        with suppress(Refusal):
            vouched = services.give_vouch(
                provider_id=self.members[0].pk,
                author_id=self.members[who].pk,
                photo=photo,
                now=self.now,
            )
            if is_voided and vouched:
                services.void_vouch(
                    vouch_id=vouched.vouch.pk, reason="x", actor=SYSTEM, now=self.now
                )

    @rule(who=person, act=st.sampled_from([ban, unban, freeze, unfreeze]))
    def keep_out(self, who, act):
        with suppress(Refusal):
            act(member_id=self.members[who].pk, actor=SYSTEM, reason="x", now=self.now)

    @rule(who=person)
    def search(self, who):
        with suppress(Refusal):
            services.search(member_id=self.members[who].pk, key=self.key(), now=self.now)

    @invariant()
    def nothing_is_made_or_lost(self):
        held, escrow = self.totals()
        made = Entry.objects.exclude(kind__in=("game_payout", *MOVED)).aggregate(n=Sum("amount"))
        paid = Seat.objects.exclude(outcome__in=("", "refund")).aggregate(
            net=Sum(F("payout") - F("stake"))
        )
        assert held + escrow == (made["n"] or 0) + (paid["net"] or 0)
        assert not Wallet.objects.filter(balance__lt=0).exists()

    @invariant()
    def every_stake_left_its_game_once_or_lies_in_it(self):
        for seat in Seat.objects.select_related("game"):
            amounts = dict(
                Entry.objects.filter(key__startswith=f"game:{seat.game_id}:{seat.member_id}:")
                .exclude(kind="reversal")
                .values_list("key", "amount")
            )
            whats = {key.rpartition(":")[2]: amount for key, amount in amounts.items()}
            assert -whats.pop("stake") - whats.pop("raise", 0) == seat.stake
            assert whats.pop("end", 0) == seat.payout
            assert whats.pop("bonus", 0) == seat.bonus
            assert whats == {}
            assert seat.game.is_finished == bool(seat.outcome)
            if seat.outcome == "refund":
                assert (seat.payout, seat.multiplier, seat.xp) == (seat.stake, 1, 0)

    @invariant()
    def between_members_nothing_goes_to_the_house(self):
        games = Game.objects.filter(kind__in=["duel", "rps", "pot"], finished_at__isnull=False)
        for game in games.annotate(staked=Sum("seats__stake"), paid=Sum("seats__payout")):
            assert game.staked == game.paid

    @invariant()
    def the_bags_add_up(self):
        for item in Item.objects.annotate(moved=Sum("entries__change")):
            assert item.quantity == item.moved >= 0
        used = ItemEntry.objects.filter(cause="used").count()
        counted = Seat.objects.filter(multiplier__gt=1).count()
        left = Multiplier.objects.aggregate(n=Sum("games_left"))["n"] or 0
        assert counted + left == used * 2

    @invariant()
    def vouches_pay_once(self):
        standing = Vouch.objects.filter(voided_at=None).count()
        paid = Entry.objects.filter(kind="vouch", reversal=None).count()
        assert paid == standing

    def totals(self) -> tuple[int, int]:
        held = Wallet.objects.aggregate(total=Sum("balance"))["total"] or 0
        escrow = Seat.objects.filter(outcome="").aggregate(total=Sum("stake"))["total"] or 0
        return held, escrow

    def unfinished(self, *kinds: str) -> list[Game]:
        return list(Game.objects.filter(kind__in=kinds, finished_at=None).order_by("pk"))

    def key(self) -> str:
        self.steps += 1
        return f"step{self.steps}"
