"""Counts the days that the charts show and that nobody may have looked at yet."""

from datetime import UTC, datetime, time, timedelta

from django.db import migrations
from django.db.models import Count, F, Q
from django.db.models.functions import Mod, TruncDate
from django.utils import timezone

SHARDS = 32
DAYS = 31


def count_views(apps, schema_editor):
    VideoView = apps.get_model("vip", "VideoView")
    VideoViewer = apps.get_model("vip", "VideoViewer")
    VideoDayCount = apps.get_model("vip", "VideoDayCount")
    today = datetime.combine(timezone.now().astimezone(UTC).date(), time(), UTC)
    rows = (
        VideoView.objects.filter(viewed_at__gte=today - timedelta(days=DAYS))
        .annotate(day=TruncDate("viewed_at", tzinfo=UTC), shard=Mod(F("member_id"), SHARDS))
        .order_by()
        .values("day", "shard")
        .annotate(
            views=Count("pk"),
            viewers=Count("member", distinct=True),
            firsts=Count("pk", filter=Q(is_first=True)),
        )
    )
    VideoDayCount.objects.bulk_create([VideoDayCount(**row) for row in rows])
    VideoViewer.objects.filter(hour__gte=today).update(seen_on=today.date())


class Migration(migrations.Migration):
    dependencies = [("vip", "0031_views_of_a_day")]

    operations = [migrations.RunPython(count_views, migrations.RunPython.noop)]
