from django.db import migrations
from django.db.models.fields.json import KT

from project.permissions import CHIEF, give_permissions

CHUNK = 2_000


def list_held(apps, schema_editor):
    """Accounts whose pieces were held before accounts had a list."""
    record, account = (apps.get_model("accounts", n) for n in ("LegacyRecord", "LegacyAccount"))
    held = record.objects.filter(member=None)
    owners = held.order_by("owner_id").values_list("owner_id", flat=True).distinct()
    ids = []
    for owner_id in owners.iterator(chunk_size=CHUNK):
        ids.append(owner_id)
        if len(ids) == CHUNK:
            _open(account, ids)
            ids = []
    _open(account, ids)
    named = held.filter(part="profile", value__has_key="username")
    for owner_id, username in named.values_list("owner_id", KT("value__username")).iterator():
        account.objects.filter(legacy_id=owner_id).update(username=(username or "")[:64])


def _open(account, ids):
    account.objects.bulk_create([account(legacy_id=n) for n in ids], ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0010_legacy_claims")]

    operations = [
        migrations.RunPython(list_held, migrations.RunPython.noop),
        migrations.RunPython(
            give_permissions("accounts", {CHIEF: ("view_legacyaccount", "issue_legacy_code")}),
            migrations.RunPython.noop,
        ),
    ]
