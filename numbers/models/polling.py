"""How a list of SMS is asked for, where its parts stand, and how that goes."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

# What staff write down of a list: how it is asked for, and where its parts stand.
REQUEST_FIELDS = ("url", "auth_header", "poll_seconds")
MAPPING_FIELDS = (
    "list_path",
    "number_field",
    "sender_field",
    "text_field",
    "time_field",
    "time_format",
    "time_zone",
    "id_field",
)


class PollingFields(models.Model):
    """Of a provider of the kind Polling; empty for the others."""

    url = models.CharField(max_length=1000, blank=True, verbose_name="address")
    auth_header = models.CharField(max_length=60, blank=True, verbose_name="header for the key")
    list_path = models.CharField(max_length=200, blank=True, verbose_name="list")
    number_field = models.CharField(max_length=100, blank=True, verbose_name="our number")
    sender_field = models.CharField(max_length=100, blank=True, verbose_name="sender")
    text_field = models.CharField(max_length=100, blank=True, verbose_name="text")
    time_field = models.CharField(max_length=100, blank=True, verbose_name="time")
    time_format = models.CharField(max_length=60, blank=True)
    time_zone = models.CharField(max_length=60, default="UTC")
    id_field = models.CharField(max_length=100, blank=True, verbose_name="id")
    poll_seconds = models.PositiveIntegerField(
        default=5,
        validators=[MinValueValidator(2), MaxValueValidator(3600)],
        verbose_name="seconds between",
    )
    polled_at = models.DateTimeField(null=True, editable=False, verbose_name="last asked")
    # Whoever claims it moves it on: so it is asked once, however many processes look.
    poll_due_at = models.DateTimeField(null=True, editable=False)
    poll_failures = models.PositiveIntegerField(default=0, editable=False)
    poll_note = models.CharField(
        max_length=200, blank=True, editable=False, verbose_name="last answer"
    )

    class Meta:
        abstract = True
