"""Videos for members: what there is, and what members say of it."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

TITLE_LENGTH_MAX = 200
TAGS_LENGTH_MAX = 200
NUMBER_MAX = 10**9


class Video(models.Model):
    """A video that staff sent to the bot, or uploaded in the dashboard.

    `place` is its place in the draw, which no other video ever has: taken when the video is
    published, given up when it leaves, taken anew when it comes back. Members walk through the
    places (vip/services/draw.py), so what has none costs them nothing.
    """

    class Aside(models.TextChoices):
        FILE = "file", "Telegram refuses the file"
        REPORTS = "reports", "Reported by members"

    number = models.PositiveIntegerField(
        unique=True,
        validators=[MinValueValidator(1), MaxValueValidator(NUMBER_MAX)],
        help_text="What members see as No. 12, and name when they write about it.",
    )
    title = models.CharField(max_length=TITLE_LENGTH_MAX, blank=True)
    tags = models.CharField(
        max_length=TAGS_LENGTH_MAX, blank=True, help_text="Separated by spaces: summer beach."
    )
    # Telegram's: an id to send it by, and one that is the same for whoever has the file.
    file_id = models.CharField(max_length=200, blank=True, editable=False)
    file_unique_id = models.CharField(max_length=64, null=True, unique=True, editable=False)
    # Of an upload: it goes to Telegram when it is first sent.
    upload = models.FileField(upload_to="videos/", blank=True)
    content_hash = models.CharField(max_length=64, null=True, unique=True, editable=False)
    thumbnail = models.FileField(upload_to="videos/thumbnails/", blank=True)
    seconds = models.PositiveIntegerField(default=0, editable=False)
    width = models.PositiveIntegerField(default=0, editable=False)
    height = models.PositiveIntegerField(default=0, editable=False)
    bytes = models.PositiveBigIntegerField(default=0, editable=False)
    is_active = models.BooleanField(default=False, verbose_name="published")
    aside_cause = models.CharField(max_length=8, choices=Aside.choices, blank=True, editable=False)
    aside_at = models.DateTimeField(null=True, editable=False)
    aside_note = models.CharField(max_length=200, blank=True, editable=False)
    place = models.PositiveBigIntegerField(null=True, unique=True, editable=False)
    publisher_user_id = models.BigIntegerField(null=True, editable=False)
    publisher_label = models.CharField(max_length=150, blank=True, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    published_at = models.DateTimeField(null=True, editable=False, help_text="The first time.")

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.CheckConstraint(condition=~Q(file_id="", upload=""), name="video_has_a_file"),
            models.CheckConstraint(
                condition=Q(place__isnull=False, is_active=True, aside_at__isnull=True)
                | (Q(place__isnull=True) & (Q(is_active=False) | Q(aside_at__isnull=False))),
                name="video_in_the_draw_while_shown",
            ),
            models.CheckConstraint(
                condition=Q(aside_at__isnull=True, aside_cause="")
                | (Q(aside_at__isnull=False) & ~Q(aside_cause="")),
                name="video_aside_for_a_cause",
            ),
            models.CheckConstraint(condition=Q(number__gte=1), name="video_number_positive"),
        ]
        indexes = [
            models.Index(
                fields=["-aside_at"], name="video_aside", condition=Q(aside_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"No. {self.number} {self.title}".strip()

    @property
    def hashtags(self) -> str:
        return " ".join(f"#{tag}" for tag in self.tags.split())

    @property
    def is_shown(self) -> bool:
        return self.place is not None


class VideoDraw(models.Model):
    """One row: the last place that was given to a video. Its row is the lock for giving one."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    places = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="video_draw_one_row")]

    def __str__(self) -> str:
        return f"{self.places} places"


class VideoReport(models.Model):
    """A member says that a video should not be there. Once for each video."""

    # So many members' reports that wait for the staff take a video out of the draw.
    ASIDE_AT = 3

    class Reason(models.TextChoices):
        BROKEN = "broken", "Does not play"
        WRONG = "wrong", "Not what it says"
        OFFENDING = "offending", "Offending"
        FORBIDDEN = "forbidden", "Against the law"

    video = models.ForeignKey(Video, on_delete=models.PROTECT, related_name="reports")
    member = models.ForeignKey("accounts.Member", on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=12, choices=Reason.choices)
    created_at = models.DateTimeField(db_default=Now())
    handled_at = models.DateTimeField(null=True)
    handled_by = models.CharField(max_length=150, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["video", "member"], name="video_report_once"),
        ]
        indexes = [
            models.Index(
                fields=["-created_at"], name="video_report_open", condition=Q(handled_at=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_reason_display()}: video {self.video_id}"
