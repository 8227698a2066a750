"""A vouch is voided once and changes in nothing else; who may look, void and mark."""

from django.db import migrations

from project.permissions import CHIEF, JUNIOR, SENIOR, give_permissions
from project.triggers import Trigger

FIXED = (
    *("id", "provider_id", "author_id", "photo_unique_id"),
    *("provider_points", "author_points", "created_at"),
)
OF_VOIDING = ("voided_at", "voided_by_user_id", "voided_by_label", "void_reason")
# Where the message stands: may be forgotten, never altered.
PLACE = {"chat_telegram_id": "NULL", "message_id": "NULL", "album_id": "''"}


def forbidden(differs: str) -> str:
    """The condition under which an update is refused; `differs` compares with NULL in mind."""
    fixed = [f"NEW.{name} {differs} OLD.{name}" for name in FIXED]
    voided = " OR ".join(f"NEW.{name} {differs} OLD.{name}" for name in OF_VOIDING)
    place = [
        f"NEW.{name} {differs} OLD.{name} AND NEW.{name} {differs} {nothing}"
        for name, nothing in PLACE.items()
    ]
    return " OR ".join([*fixed, *place, f"OLD.voided_at IS NOT NULL AND ({voided})"])


MESSAGE = "a vouch is voided once and changes in nothing else"
STAYS = [
    Trigger(
        "points_vouch",
        "points_vouch_no_update",
        sqlite=f"""BEFORE UPDATE ON points_vouch WHEN {forbidden("IS NOT")}
            BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END""",
        postgresql=f"""BEGIN
            IF {forbidden("IS DISTINCT FROM")} THEN
                RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = '23001';
            END IF;
            RETURN NEW; END""",
    ),
    Trigger(
        "points_vouch",
        "points_vouch_no_delete",
        sqlite="""BEFORE DELETE ON points_vouch
            BEGIN SELECT RAISE(ABORT, 'vouches stay'); END""",
        postgresql="BEGIN RAISE EXCEPTION 'vouches stay' USING ERRCODE = '23001'; END",
    ),
]


class Migration(migrations.Migration):
    dependencies = [
        ("points", "0019_vouches"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    # Backwards the groups keep what they have: another hand may have given it.
    operations = [
        *STAYS,
        migrations.RunPython(
            give_permissions(
                "points",
                {
                    JUNIOR: ("view_vouch", "view_vouchprovider"),
                    SENIOR: ("void_vouch",),
                    CHIEF: ("manage_vouchprovider", "export_vouch"),
                },
            ),
            migrations.RunPython.noop,
        ),
    ]
