"""A payment never changes, nor does a refund once it is over."""

from django.db import migrations

from project.triggers import Trigger, append_only

OVER = "a refund that is over never changes"
STAY = "refunds stay"


class Migration(migrations.Migration):
    dependencies = [("vip", "0018_stars")]

    operations = [
        *append_only("vip_starpayment"),
        Trigger(
            "vip_starrefund",
            "vip_starrefund_no_update",
            sqlite=f"""BEFORE UPDATE ON vip_starrefund WHEN OLD.finished_at IS NOT NULL
                BEGIN SELECT RAISE(ABORT, '{OVER}'); END""",
            postgresql=f"""BEGIN
                IF OLD.finished_at IS NOT NULL THEN
                    RAISE EXCEPTION '{OVER}' USING ERRCODE = '23001';
                END IF;
                RETURN NEW; END""",
        ),
        Trigger(
            "vip_starrefund",
            "vip_starrefund_no_delete",
            sqlite=f"""BEFORE DELETE ON vip_starrefund
                BEGIN SELECT RAISE(ABORT, '{STAY}'); END""",
            postgresql=f"BEGIN RAISE EXCEPTION '{STAY}' USING ERRCODE = '23001'; END",
        ),
    ]
