"""Who has seen which video, what is left to each this hour, and what the days come to."""

from django.db import models
from django.db.models import Q

from .videos import Video


class VideoViewer(models.Model):
    """Where a member stands: his hour's quota and his walk through the places.

    In a round he walks through the places from 1 to `top` in an order of his own, `cursor`
    steps of it done. What is published meanwhile has places above: those from `fresh_from`
    (exclusive) to `fresh_to` are walked through first, `fresh_cursor` steps of it done.
    """

    member = models.OneToOneField(
        "accounts.Member", on_delete=models.PROTECT, primary_key=True, related_name="+"
    )
    hour = models.DateTimeField(help_text="The clock hour (UTC) that `used` counts.")
    used = models.PositiveIntegerField(default=0)
    round = models.PositiveIntegerField(default=1)
    round_began_at = models.DateTimeField()
    top = models.PositiveBigIntegerField(default=0)
    cursor = models.PositiveBigIntegerField(default=0)
    fresh_from = models.PositiveBigIntegerField(default=0)
    fresh_to = models.PositiveBigIntegerField(default=0)
    fresh_cursor = models.PositiveBigIntegerField(default=0)
    # The last video and what asked for it: asked again by the same key, it is the same.
    last_video = models.ForeignKey(
        Video,
        null=True,
        on_delete=models.DO_NOTHING,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    last_key = models.CharField(max_length=120, blank=True)
    seen_on = models.DateField(null=True, help_text="The last day (UTC) that counted him.")

    class Meta:
        indexes = [
            # Who has seen all there was, latest first.
            models.Index(
                fields=["-round_began_at"], name="viewer_new_rounds", condition=Q(round__gt=1)
            ),
        ]

    def __str__(self) -> str:
        return f"viewer {self.pk}, round {self.round}"


class VideoView(models.Model):
    """A video was sent to a member: once a round, whatever happens at the same moment.

    Published videos are never deleted: neither a constraint nor an index of `video` is needed.
    """

    member = models.ForeignKey(
        "accounts.Member", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    video = models.ForeignKey(
        Video,
        on_delete=models.DO_NOTHING,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    round = models.PositiveIntegerField()
    is_first = models.BooleanField(help_text="The member had not seen it in any round before.")
    viewed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member", "video", "round"], name="video_view_once_a_round"
            ),
        ]
        indexes = [
            models.Index(fields=["viewed_at"], name="video_view_newest"),
        ]

    def __str__(self) -> str:
        return f"video {self.video_id} to {self.member_id}"


class SeenBefore(models.Model):
    """A video that a member saw in an older bot, by its number: it may be published later.

    The draw passes it over in his first round, or in the round in which it is published.
    """

    # By the constraint's index.
    member = models.ForeignKey(
        "accounts.Member", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    number = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member", "number"], name="seen_before_once"),
        ]

    def __str__(self) -> str:
        return f"No. {self.number}"


class VideoDay(models.Model):
    """How often a video was sent on one day (UTC); `viewers` had never seen it before."""

    video = models.ForeignKey(Video, on_delete=models.CASCADE, related_name="days")
    day = models.DateField()
    views = models.PositiveIntegerField()
    viewers = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["day", "video"], name="video_day_once"),
        ]

    def __str__(self) -> str:
        return f"video {self.video_id} on {self.day}"


class VideoDayCount(models.Model):
    """A part of what one day's (UTC) views come to; all parts of the day together are exact.

    Each member adds to one of the parts, so that many at once seldom wait for each other.
    """

    SHARDS = 32

    day = models.DateField()
    shard = models.PositiveSmallIntegerField()
    views = models.PositiveIntegerField(default=0)
    viewers = models.PositiveIntegerField(default=0, help_text="Members, each once a day.")
    firsts = models.PositiveIntegerField(
        default=0, help_text="Of the views, those of a video never seen before."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["day", "shard"], name="video_day_count_once"),
        ]

    def __str__(self) -> str:
        return f"{self.views} views on {self.day}"
