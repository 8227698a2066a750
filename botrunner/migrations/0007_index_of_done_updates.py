"""A member's updates that are done with are found by his chat when he has his data deleted."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("botrunner", "0006_leaving_messages")]

    operations = [
        migrations.AddIndex(
            model_name="inboxupdate",
            index=models.Index(
                fields=["chat_id"],
                name="inbox_done_of_chat",
                condition=models.Q(("state__in", ["answered", "failed"])),
            ),
        ),
    ]
