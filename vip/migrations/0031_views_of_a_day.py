"""Views are counted for their day as they come."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("vip", "0030_support_answers_have_their_time")]

    operations = [
        migrations.AddField(
            model_name="videoviewer",
            name="seen_on",
            field=models.DateField(help_text="The last day (UTC) that counted him.", null=True),
        ),
        migrations.CreateModel(
            name="VideoDayCount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField()),
                ("shard", models.PositiveSmallIntegerField()),
                ("views", models.PositiveIntegerField(default=0)),
                (
                    "viewers",
                    models.PositiveIntegerField(default=0, help_text="Members, each once a day."),
                ),
                (
                    "firsts",
                    models.PositiveIntegerField(
                        default=0, help_text="Of the views, those of a video never seen before."
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("day", "shard"), name="video_day_count_once")
                ],
            },
        ),
    ]
