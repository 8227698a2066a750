from django.db import migrations

FILL = """
    UPDATE numbers_lease SET pool_id = (
        SELECT n.pool_id FROM numbers_number n WHERE n.id = numbers_lease.number_id
    ) WHERE pool_id IS NULL
"""


class Migration(migrations.Migration):
    dependencies = [
        ("numbers", "0017_pool_of_leases"),
    ]

    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
