"""What members ask about their payments, and the terms they pay on."""

from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import Q

REQUEST_LENGTH_MAX = 1_000
# A message of Telegram's holds 4,096, its heading among them.
TERMS_LENGTH_MAX = 3_500


class SupportRequest(models.Model):
    """A question about a payment, open until the staff has answered it."""

    member = models.ForeignKey(
        "accounts.Member", on_delete=models.PROTECT, related_name="support_requests", db_index=False
    )
    text = models.CharField(max_length=REQUEST_LENGTH_MAX)
    created_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(blank=True)
    actor_user_id = models.BigIntegerField(null=True, blank=True)
    actor_label = models.CharField(max_length=150, blank=True, verbose_name="answered by")

    class Meta:
        verbose_name = "payment request"
        constraints = [
            models.UniqueConstraint(
                fields=["member"],
                condition=Q(answered_at__isnull=True),
                name="support_request_one_open",
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answer="")
                | (Q(answered_at__isnull=False) & ~Q(answer="")),
                name="support_request_answer_has_time",
            ),
        ]
        indexes = [
            models.Index(fields=["member", "-id"], name="support_request_of_member"),
            models.Index(
                fields=["id"], name="support_request_open", condition=Q(answered_at__isnull=True)
            ),
        ]
        permissions = [("answer_supportrequest", "Can answer payment requests")]

    def __str__(self) -> str:
        return f"request {self.pk}"


class Terms(models.Model):
    """The owner's terms of sale in one language; without any, a text of ours is shown."""

    language = models.CharField(max_length=8, primary_key=True, choices=settings.LANGUAGES)
    text = models.TextField(
        validators=[MaxLengthValidator(TERMS_LENGTH_MAX)],
        help_text="Plain text. A language without one is shown the English one.",
    )

    class Meta:
        verbose_name = verbose_name_plural = "terms"
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="terms_not_empty"),
        ]

    def __str__(self) -> str:
        return f"terms ({self.get_language_display()})"
