"""What the bot must not forget: updates until they are answered, open questions, signs of life."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class InboxUpdate(models.Model):
    """An update from Telegram, stored before Telegram is told that it arrived.

    `calls` is its recorded answer: the Bot API calls decided in the transaction
    that had the effects. A repeated update makes the same calls again.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        HANDLED = "handled", "Handled, not answered"
        ANSWERED = "answered", "Answered"
        FAILED = "failed", "Failed"

    update_id = models.BigIntegerField(primary_key=True)
    # Updates of one chat are handled in order.
    chat_id = models.BigIntegerField()
    payload = models.JSONField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    calls = models.JSONField(default=list)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=300, blank=True)
    received_at = models.DateTimeField(db_default=Now())
    handled_at = models.DateTimeField(null=True, blank=True)
    # The process that has the answer in hand, by its heartbeat's name: while that one lives
    # nobody else sends it.
    handled_by = models.CharField(max_length=80, blank=True, db_default="")

    class Meta:
        indexes = [
            models.Index(
                fields=["chat_id", "update_id"], name="inbox_waiting", condition=Q(state="waiting")
            ),
            models.Index(fields=["update_id"], name="inbox_handled", condition=Q(state="handled")),
            models.Index(fields=["received_at"], name="inbox_age"),
            # What is emptied when a member has his data deleted.
            models.Index(
                fields=["chat_id"],
                name="inbox_done_of_chat",
                condition=Q(state__in=["answered", "failed"]),
            ),
        ]

    def __str__(self) -> str:
        return str(self.update_id)


class Prompt(models.Model):
    """The one question a member was asked and has not answered: his next text is the answer."""

    member = models.OneToOneField(
        "accounts.Member", on_delete=models.CASCADE, primary_key=True, related_name="prompt"
    )
    route = models.CharField(max_length=32)
    args = models.JSONField(default=list)
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.route


class Heartbeat(models.Model):
    """The last sign of life of one process."""

    process = models.CharField(max_length=80, primary_key=True, help_text="Kind, host and pid.")
    kind = models.CharField(max_length=16)
    beat_at = models.DateTimeField()
    details = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["kind", "-beat_at"], name="heartbeat_newest")]

    def __str__(self) -> str:
        return self.process


class Card(models.Model):
    """The message that bears a game's card in one chat: edited when the game moves on."""

    game = models.ForeignKey("points.Game", on_delete=models.CASCADE, related_name="+")
    chat_id = models.BigIntegerField()
    message_id = models.BigIntegerField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["game", "chat_id"], name="card_one_per_chat"),
        ]
        indexes = [models.Index(fields=["created_at"], name="card_age")]

    def __str__(self) -> str:
        return f"card of game {self.game_id}"


class LeavingMessage(models.Model):
    """A message that the bot deletes when its time has come."""

    chat_id = models.BigIntegerField()
    message_id = models.BigIntegerField()
    leave_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["chat_id", "message_id"], name="leaving_once"),
        ]
        indexes = [models.Index(fields=["leave_at"], name="leaving_due")]

    def __str__(self) -> str:
        return f"message {self.message_id} until {self.leave_at:%Y-%m-%d %H:%M}"


class Draft(models.Model):
    """Words that belong to a confirm card, by the operation of its button."""

    operation_id = models.CharField(max_length=16, primary_key=True)
    member = models.ForeignKey("accounts.Member", on_delete=models.CASCADE, related_name="+")
    text = models.CharField(max_length=4096)
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["created_at"], name="draft_age")]

    def __str__(self) -> str:
        return self.operation_id


class SentPicture(models.Model):
    """A picture that Telegram has, by the hash of its content: it can be sent again by its id."""

    content_hash = models.CharField(max_length=64, primary_key=True)
    file_id = models.TextField()
    sent_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["sent_at"], name="sent_picture_age")]

    def __str__(self) -> str:
        return self.content_hash


class SentFile(models.Model):
    """A file of numbers that staff sent: what was answered about it, and how far it has come."""

    class State(models.TextChoices):
        ASKED = "asked", "Asked about"
        CONFIRMED = "confirmed", "On its way into stock"
        OVER = "over", "Over"

    # Telegram is asked for it so often at the most.
    ATTEMPTS_MAX = 5

    member = models.ForeignKey("accounts.Member", on_delete=models.CASCADE, related_name="+")
    file_id = models.TextField()
    name = models.CharField(max_length=200)
    state = models.CharField(max_length=9, choices=State.choices, default=State.ASKED)
    # One of the pools, or the name and country of a new one.
    pool_id = models.BigIntegerField(null=True)
    pool_name = models.CharField(max_length=80, blank=True)
    country = models.CharField(max_length=2, blank=True)
    # The card that is edited as the import goes on.
    message_id = models.BigIntegerField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    beat_at = models.DateTimeField(help_text="When somebody last worked on it.")
    attempts = models.PositiveSmallIntegerField(default=0)
    batch_id = models.BigIntegerField(null=True)
    fault = models.CharField(max_length=30, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="confirmed") | Q(confirmed_at__isnull=False),
                name="sent_file_confirmed_at_a_time",
            ),
        ]
        indexes = [
            models.Index(
                fields=["beat_at"], name="sent_file_on_its_way", condition=Q(state="confirmed")
            ),
            models.Index(fields=["beat_at"], name="sent_file_age"),
        ]

    def __str__(self) -> str:
        return f"file {self.pk}"
