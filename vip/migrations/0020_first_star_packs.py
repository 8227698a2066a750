"""The first packs: what the plans cost, cheaper by the point the larger they are."""

from django.db import migrations

PACKS = [(500, 50), (3_000, 250), (10_000, 750), (50_000, 3_000)]


def add_packs(apps, schema_editor):
    StarPack = apps.get_model("vip", "StarPack")
    if not StarPack.objects.exists():
        StarPack.objects.bulk_create(
            StarPack(points=points, stars=stars, position=number)
            for number, (points, stars) in enumerate(PACKS, start=1)
        )


class Migration(migrations.Migration):
    dependencies = [("vip", "0019_star_payments_stay")]

    # Backwards the rows stay: they may have been sold.
    operations = [migrations.RunPython(add_packs, migrations.RunPython.noop)]
