from django.db import migrations

from project.triggers import append_only


class Migration(migrations.Migration):
    dependencies = [("vip", "0001_initial")]

    operations = append_only("vip_grant")
