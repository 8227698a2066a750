from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("points", "0005_group_permissions")]

    operations = [
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(fields=["kind", "-id"], name="entry_of_kind"),
        )
    ]
