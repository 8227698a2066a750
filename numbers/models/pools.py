"""Pools of numbers, and the files they came in."""

from pathlib import Path

import phonenumbers
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.storage import FileSystemStorage
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class UploadStorage(FileSystemStorage):
    """Kept out of every served folder: uploads are only reachable through the dashboard."""

    @property
    def base_location(self) -> Path:
        return settings.MEDIA_ROOT / "uploads"

    @property
    def location(self) -> str:
        return str(self.base_location.absolute())


def upload_storage() -> UploadStorage:
    return UploadStorage(base_url=None)


class Pool(models.Model):
    """Numbers of one category, usually a country."""

    name = models.CharField(max_length=80, unique=True)
    country = models.CharField(
        max_length=2,
        blank=True,
        validators=[RegexValidator(r"^[A-Z]{2}$", "Two capital letters, such as AE.")],
        help_text="ISO code, such as AE. Lets files hold national numbers, and shows the flag.",
    )
    price = models.PositiveIntegerField(
        default=0, help_text="Points for one lease; refunded when no SMS came."
    )
    is_active = models.BooleanField(default=True, verbose_name="offered to members")
    rules = models.TextField(
        max_length=2000,
        blank=True,
        help_text="Members agree to it before their first number, and anew if it changes.",
    )
    # Counts the changes of the rules: who agreed to an earlier version is asked again.
    rules_version = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if self.country and self.country not in phonenumbers.SUPPORTED_REGIONS:
            raise ValidationError({"country": f"No country has the code {self.country}."})


class Batch(models.Model):
    """The numbers of one uploaded file."""

    class State(models.TextChoices):
        ACTIVE = "active", "Active"
        DISABLED = "disabled", "Disabled"
        # Its numbers that members have held stay, for the history of who held them.
        DELETED = "deleted", "Deleted"

    pool = models.ForeignKey(Pool, on_delete=models.PROTECT, related_name="batches")
    original_name = models.CharField(max_length=200, verbose_name="file")
    file = models.FileField(storage=upload_storage, max_length=200)
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=8, choices=State.choices, default=State.ACTIVE)
    accepted_count = models.PositiveIntegerField(default=0, verbose_name="accepted")
    duplicate_count = models.PositiveIntegerField(default=0)
    rejected_count = models.PositiveIntegerField(
        default=0, verbose_name="rejected", help_text="Duplicates included."
    )
    uploader_user_id = models.BigIntegerField(null=True, blank=True)
    uploader_label = models.CharField(max_length=150)
    rights_confirmed_at = models.DateTimeField(
        help_text="When the importer confirmed the right to use these numbers."
    )
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name_plural = "batches"
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["sha256"], condition=~Q(state="deleted"), name="batch_file_once"
            )
        ]
        permissions = [
            ("import_numbers", "Can import numbers"),
            ("download_batch", "Can download the original files"),
        ]

    def __str__(self) -> str:
        return self.original_name


class Rejection(models.Model):
    """A line of a file that did not become a number, and why."""

    batch = models.ForeignKey(
        Batch, on_delete=models.CASCADE, related_name="rejections", db_index=False
    )
    line = models.PositiveIntegerField()
    value = models.CharField(max_length=100)
    reason = models.CharField(max_length=32)

    class Meta:
        ordering = ["line"]
        # The report goes on from a line.
        indexes = [models.Index(fields=["batch", "line"], name="rejection_of_batch")]

    def __str__(self) -> str:
        return f"line {self.line}: {self.reason}"
