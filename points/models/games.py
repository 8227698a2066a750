"""Games: what was staked, by whom, on what, and how it ended."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Greatest, Least

from .ledger import AMOUNT_MAX


class Game(models.Model):
    """One game from its first stake to its end. Its row is locked after its players' wallets.

    What was staked lies with the game until it is over: then it was paid out or
    returned, once. A game that is over refuses every change in the database itself.
    """

    class Kind(models.TextChoices):
        ROULETTE = "roulette", "Roulette"
        BLACKJACK = "blackjack", "Blackjack"
        SLOTS = "slots", "Slots"
        DUEL = "duel", "Duel"
        RPS = "rps", "Rock, paper, scissors"
        POT = "pot", "Pot"

    class State(models.TextChoices):
        OPEN = "open", "Waiting for players"
        PLAYING = "playing", "Being played"
        SETTLED = "settled", "Settled"
        REFUNDED = "refunded", "Refunded"

    UNFINISHED = (State.OPEN, State.PLAYING)
    # What one player wins the others have staked; in the other kinds the house stands against him.
    AMONG_PLAYERS = (Kind.DUEL, Kind.RPS, Kind.POT)
    # What of a game stands in the ledger, at most once for each player.
    ENTRY_NAMES = ("stake", "raise", "end", "bonus")

    kind = models.CharField(max_length=16, choices=Kind.choices)
    state = models.CharField(max_length=8, choices=State.choices)
    key = models.CharField(max_length=120, unique=True, help_text="One game per key.")
    starter = models.ForeignKey(
        "accounts.Member", on_delete=models.PROTECT, related_name="started_games"
    )
    # The one asked to play against the starter; anybody else is refused.
    opponent = models.ForeignKey(
        "accounts.Member", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # The group it is played in; empty in a private chat.
    chat_telegram_id = models.BigIntegerField(null=True, blank=True)
    stake = models.PositiveBigIntegerField(help_text="The starter's, as the game began.")
    # Nobody may see it before the game is over, staff included; empty where chance has no part.
    seed = models.CharField(max_length=64, blank=True)
    # What the rules were asked: the bet, the moves.
    choices = models.JSONField(default=dict)
    # What the rules answered: the ball, the reels, the hands, the winner.
    result = models.JSONField(default=dict)
    due_at = models.DateTimeField(
        null=True, blank=True, help_text="When an unfinished game ends by itself."
    )
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    state__in=["open", "playing"], finished_at__isnull=True, due_at__isnull=False
                )
                | Q(
                    state__in=["settled", "refunded"],
                    finished_at__isnull=False,
                    due_at__isnull=True,
                ),
                name="game_finished_or_due",
            ),
            models.CheckConstraint(
                condition=Q(opponent__isnull=True) | ~Q(opponent=F("starter")),
                name="game_opponent_is_another",
            ),
            models.UniqueConstraint(
                fields=["starter"],
                condition=Q(kind="blackjack", state="playing"),
                name="game_one_blackjack",
            ),
            models.UniqueConstraint(
                Least("starter", "opponent"),
                Greatest("starter", "opponent"),
                name="game_one_challenge_of_two",
                condition=Q(state__in=["open", "playing"], opponent__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["chat_telegram_id"],
                name="game_one_pot_per_group",
                condition=Q(kind="pot", state__in=["open", "playing"]),
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], name="game_due", condition=Q(due_at__isnull=False)),
            models.Index(
                F("finished_at").desc(),
                "kind",
                name="game_newest",
                condition=Q(finished_at__isnull=False),
            ),
            models.Index(fields=["kind", "-id"], name="game_of_kind"),
            # Few among many: the dashboard lists them by themselves.
            models.Index(fields=["-id"], name="game_refunded", condition=Q(state="refunded")),
        ]
        permissions = [("cancel_game", "Can cancel games")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"

    @property
    def is_finished(self) -> bool:
        return self.state not in self.UNFINISHED

    def entry_key(self, member_id: int, name: str) -> str:
        """The ledger's key of one of ENTRY_NAMES; the ledger check writes it in SQL once more."""
        return f"game:{self.pk}:{member_id}:{name}"


class Seat(models.Model):
    """A member in a game. Once it has an outcome it never changes again."""

    class Outcome(models.TextChoices):
        NONE = "", "Not yet"
        WIN = "win", "Won"
        LOSS = "loss", "Lost"
        DRAW = "draw", "Drawn"
        REFUND = "refund", "Refunded"

    game = models.ForeignKey(Game, on_delete=models.PROTECT, related_name="seats")
    member = models.ForeignKey("accounts.Member", on_delete=models.PROTECT, related_name="seats")
    # Doubling raises it.
    stake = models.PositiveBigIntegerField()
    # What he alone may know until the game is over: rock, paper or scissors.
    secret = models.CharField(max_length=16, blank=True)
    outcome = models.CharField(max_length=8, choices=Outcome.choices, blank=True, default="")
    # Total return, the stake included; what the multiplier added to it stands apart.
    payout = models.PositiveBigIntegerField(default=0)
    multiplier = models.PositiveSmallIntegerField(default=1)
    bonus = models.PositiveBigIntegerField(default=0)
    xp = models.PositiveIntegerField(default=0, verbose_name="XP")
    joined_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["game", "member"], name="seat_unique"),
            models.CheckConstraint(
                condition=Q(stake__gte=1) & Q(stake__lte=AMOUNT_MAX), name="seat_stake_bounded"
            ),
            models.CheckConstraint(
                condition=Q(outcome="", finished_at__isnull=True, payout=0, bonus=0)
                | Q(~Q(outcome=""), finished_at__isnull=False),
                name="seat_outcome_at_the_end",
            ),
        ]
        indexes = [
            models.Index(fields=["member", "-id"], name="seat_history"),
            # What a member lost in the last 24 hours, and what he has at stake.
            models.Index(fields=["member", "finished_at"], name="seat_losses"),
        ]

    def __str__(self) -> str:
        return f"seat {self.pk}"


class Multiplier(models.Model):
    """The multiplier that a member has switched on, for the next games he finishes."""

    member = models.OneToOneField(
        "accounts.Member", on_delete=models.PROTECT, primary_key=True, related_name="multiplier"
    )
    factor = models.PositiveSmallIntegerField()
    games_left = models.PositiveSmallIntegerField()
    activated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(factor__in=[2, 3]), name="multiplier_factor_known"),
            models.CheckConstraint(condition=Q(games_left__lte=2), name="multiplier_games_bounded"),
        ]

    def __str__(self) -> str:
        return f"×{self.factor}"


class PlayLimits(models.Model):
    """What a member allows himself in games. Stricter holds at once, laxer after a day."""

    member = models.OneToOneField(
        "accounts.Member", on_delete=models.PROTECT, primary_key=True, related_name="play_limits"
    )
    # The most he wants to lose in 24 hours; empty: no limit.
    daily_loss_max = models.PositiveBigIntegerField(null=True, blank=True)
    # What takes its place at `changes_at`.
    next_daily_loss_max = models.PositiveBigIntegerField(null=True, blank=True)
    changes_at = models.DateTimeField(null=True, blank=True)
    paused_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "play limits"
        constraints = [
            models.CheckConstraint(
                condition=(Q(daily_loss_max__isnull=True) | Q(daily_loss_max__gte=1)),
                name="playlimits_loss_positive",
            ),
            models.CheckConstraint(
                condition=Q(changes_at__isnull=True, next_daily_loss_max__isnull=True)
                | Q(changes_at__isnull=False, daily_loss_max__isnull=False)
                & (
                    Q(next_daily_loss_max__isnull=True)
                    | Q(next_daily_loss_max__gt=F("daily_loss_max"))
                ),
                name="playlimits_only_laxer_waits",
            ),
        ]

    def __str__(self) -> str:
        return f"limits {self.pk}"
