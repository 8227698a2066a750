import datetime

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("vip", "0011_settings")]

    operations = [
        migrations.AddField(
            model_name="membership",
            name="premium_until",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddIndex(
            model_name="membership",
            index=models.Index(
                condition=models.Q(("premium_until__isnull", False)),
                fields=["premium_until"],
                name="membership_premium_expiry",
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("premium_until__isnull", True),
                    (
                        "premium_until__lte",
                        datetime.datetime(2199, 12, 31, 23, 59, 59, tzinfo=datetime.UTC),
                    ),
                    _connector="OR",
                ),
                name="membership_premium_bounded",
            ),
        ),
    ]
