from django.db import migrations, models
from django.db.models import F


def fill_starts(apps, schema_editor):
    """Orders of before were done in the moment they began."""
    done = apps.get_model("vip", "GrantOrder").objects.filter(done_at__isnull=False)
    done.filter(started_at=None).update(
        started_at=F("done_at"), beat_at=F("done_at"), meant=F("granted") + F("skipped")
    )


class Migration(migrations.Migration):
    dependencies = [("vip", "0007_order_progress")]

    operations = [
        migrations.RunPython(fill_starts, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="grantorder",
            constraint=models.CheckConstraint(
                condition=models.Q(done_at__isnull=True) | models.Q(started_at__isnull=False),
                name="grant_order_done_after_start",
            ),
        ),
    ]
