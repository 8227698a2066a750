from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("botrunner", "0007_index_of_done_updates"),
    ]

    operations = [
        migrations.AddField(
            model_name="inboxupdate",
            name="handled_by",
            field=models.CharField(blank=True, db_default="", max_length=80),
        ),
    ]
