"""Members as CSV."""

from import_export.resources import ModelResource

from accounts.models import Member


class MemberResource(ModelResource):  # type: ignore[misc]
    """Without referral code, former id and anything else that opens a door."""

    class Meta:
        model = Member
        fields = (
            "id",
            "telegram_id",
            "username",
            "first_name",
            "last_name",
            "language",
            "client_language",
            "reachability",
            "banned_at",
            "frozen_at",
            "joined_at",
            "last_seen_at",
        )
        export_order = fields
