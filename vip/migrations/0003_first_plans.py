from django.db import migrations

PLANS = [("1d", 1, 500), ("7d", 7, 3_000), ("30d", 30, 10_000)]


def add_plans(apps, schema_editor):
    Plan = apps.get_model("vip", "Plan")
    for code, days, price in PLANS:
        Plan.objects.get_or_create(code=code, defaults={"days": days, "price": price})


class Migration(migrations.Migration):
    dependencies = [("vip", "0002_grants_append_only")]

    # Backwards the rows stay: they may have been sold.
    operations = [migrations.RunPython(add_plans, migrations.RunPython.noop)]
