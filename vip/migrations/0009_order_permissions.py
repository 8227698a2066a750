from django.db import migrations

from project.permissions import JUNIOR, give_permissions


class Migration(migrations.Migration):
    dependencies = [("vip", "0008_orders_begin_before_they_end")]

    operations = [
        migrations.RunPython(
            give_permissions("vip", {JUNIOR: ("view_grantorder",)}), migrations.RunPython.noop
        )
    ]
