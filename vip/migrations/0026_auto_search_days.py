from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("vip", "0025_star_support_permissions"),
    ]

    operations = [
        migrations.CreateModel(
            name="AutoSearchDay",
            fields=[
                ("day", models.DateField(primary_key=True, serialize=False)),
                ("searches", models.PositiveBigIntegerField(default=0)),
                ("points", models.PositiveBigIntegerField(default=0)),
            ],
        ),
    ]
