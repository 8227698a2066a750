from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("numbers", "0018_fill_pool_of_leases"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="inboundsms",
            index=models.Index(
                condition=models.Q(("is_blocked", True)),
                fields=["-received_at"],
                name="sms_blocked",
            ),
        ),
        migrations.AddIndex(
            model_name="lease",
            index=models.Index(fields=["pool", "id"], name="lease_of_pool"),
        ),
        migrations.AddIndex(
            model_name="lease",
            index=models.Index(
                condition=models.Q(("end__in", ["released", "changed"])),
                fields=["end", "id"],
                name="lease_ended_early",
            ),
        ),
    ]
