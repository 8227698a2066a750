"""Who can be vouched for, and each vouch with the photo that proves it."""

from django.db import models
from django.db.models import F, Q

HEADLINE_LENGTH_MAX = 200


class VouchProvider(models.Model):
    """A member whom others vouch for. His row stays when he is unmarked, and so do his vouches."""

    member = models.OneToOneField(
        "accounts.Member", on_delete=models.PROTECT, primary_key=True, related_name="vouch_provider"
    )
    is_active = models.BooleanField(default=True, verbose_name="active")
    headline = models.CharField(
        max_length=HEADLINE_LENGTH_MAX, blank=True, help_text="What the provider offers."
    )
    # Of vouches that hold; moved under the lock of his wallet.
    vouch_count = models.PositiveIntegerField(default=0, editable=False, verbose_name="vouches")
    since = models.DateTimeField()
    marked_by_user_id = models.BigIntegerField(null=True, blank=True)
    marked_by_label = models.CharField(max_length=150, verbose_name="marked by")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(vouch_count__gte=0), name="vouch_provider_count_not_negative"
            ),
        ]
        indexes = [
            models.Index(
                fields=["-vouch_count", "member"],
                name="vouch_provider_most",
                condition=Q(is_active=True),
            ),
        ]
        permissions = [("manage_vouchprovider", "Can mark and unmark vouch providers")]

    def __str__(self) -> str:
        return self.member.display_name


class Vouch(models.Model):
    """One photo by one member for one provider. It can be voided once; nothing else changes.

    A photo that was voided stays used. Where the message stands is forgotten when its author
    deletes his data; the database lets nothing else pass (points/migrations).
    """

    # By the index vouch_of_provider.
    provider = models.ForeignKey(
        VouchProvider, on_delete=models.PROTECT, related_name="vouches", db_index=False
    )
    author = models.ForeignKey(
        "accounts.Member", on_delete=models.PROTECT, related_name="vouches_given"
    )
    chat_telegram_id = models.BigIntegerField(null=True, verbose_name="group's Telegram id")
    message_id = models.BigIntegerField(null=True)
    # Telegram's media_group_id where the photo was one of several.
    album_id = models.CharField(max_length=64, blank=True)
    # Telegram's file_unique_id: the same for a photo that is sent again.
    photo_unique_id = models.CharField(
        max_length=64, unique=True, verbose_name="photo's Telegram id"
    )
    provider_points = models.PositiveIntegerField(default=0)
    author_points = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    voided_at = models.DateTimeField(null=True, blank=True)
    voided_by_user_id = models.BigIntegerField(null=True, blank=True)
    voided_by_label = models.CharField(max_length=150, blank=True, verbose_name="voided by")
    void_reason = models.CharField(max_length=500, blank=True, verbose_name="reason")

    class Meta:
        verbose_name_plural = "vouches"
        constraints = [
            models.UniqueConstraint(
                fields=["chat_telegram_id", "message_id"], name="vouch_message_unique"
            ),
            models.UniqueConstraint(
                fields=["chat_telegram_id", "album_id"],
                name="vouch_album_unique",
                condition=~Q(album_id=""),
            ),
            models.CheckConstraint(condition=~Q(provider=F("author")), name="vouch_not_of_oneself"),
            models.CheckConstraint(
                condition=Q(voided_at__isnull=True, voided_by_label="", void_reason="")
                | Q(voided_at__isnull=False) & ~Q(voided_by_label="") & ~Q(void_reason=""),
                name="vouch_voided_by_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["provider", "-id"], name="vouch_of_provider"),
            # When this member last vouched for this provider.
            models.Index(fields=["provider", "author", "-created_at"], name="vouch_of_pair"),
            models.Index(fields=["-created_at"], name="vouch_newest"),
            # The few that were voided, for the dashboard's filter.
            models.Index(fields=["-id"], name="vouch_voided", condition=Q(voided_at__isnull=False)),
        ]
        permissions = [
            ("void_vouch", "Can void vouches"),
            ("export_vouch", "Can export vouches"),
        ]

    def __str__(self) -> str:
        return f"vouch {self.pk}"
