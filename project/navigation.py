"""The dashboard's navigation by task: an entry shows only to those who may open it."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

SUPERUSER = "superuser"


@dataclass(frozen=True, slots=True)
class Entry:
    """One link. `permission` is a Django permission, SUPERUSER, or empty for all staff."""

    title: str
    icon: str
    view: str
    permission: str = ""


GROUPS: tuple[tuple[str, tuple[Entry, ...]], ...] = (
    ("", (Entry("Home", "home", "admin:index"),)),
    (
        "Members",
        (
            Entry("Members", "group", "admin:accounts_member_changelist", "accounts.view_member"),
            Entry("Groups", "forum", "admin:accounts_chat_changelist", "accounts.view_chat"),
            Entry(
                "Audit",
                "policy",
                "admin:accounts_auditentry_changelist",
                "accounts.view_auditentry",
            ),
            Entry("Link my Telegram", "link", "admin:accounts_staff_link"),
            Entry("My second step", "phonelink_lock", "my_second_factor"),
            Entry("My sessions", "devices", "my_sessions"),
        ),
    ),
    (
        "Points",
        (
            Entry("Ledger", "receipt_long", "admin:points_entry_changelist", "points.view_entry"),
            Entry(
                "Wallets",
                "account_balance_wallet",
                "admin:points_wallet_changelist",
                "points.view_wallet",
            ),
            Entry("Games", "casino", "admin:points_game_changelist", "points.view_game"),
            Entry(
                "Levels",
                "military_tech",
                "admin:points_progress_changelist",
                "points.view_progress",
            ),
            Entry("Leaderboards", "trophy", "admin:points_score_changelist", "points.view_score"),
            Entry("Items", "backpack", "admin:points_item_changelist", "points.view_item"),
            Entry(
                "Item entries",
                "manage_history",
                "admin:points_itementry_changelist",
                "points.view_itementry",
            ),
            Entry("Vouches", "verified", "admin:points_vouch_changelist", "points.view_vouch"),
            Entry(
                "Vouch providers",
                "storefront",
                "admin:points_vouchprovider_changelist",
                "points.view_vouchprovider",
            ),
            Entry("Searches", "search", "admin:points_search_changelist", "points.view_search"),
            Entry(
                "Ledger checks",
                "fact_check",
                "admin:points_ledgercheck_changelist",
                "points.view_ledgercheck",
            ),
            Entry(
                "Settings",
                "tune",
                "admin:points_pointssettings_changelist",
                "points.view_pointssettings",
            ),
        ),
    ),
    (
        "VIP",
        (
            Entry("Report", "monitoring", "vip_report", "vip.view_report"),
            Entry(
                "Memberships",
                "workspace_premium",
                "admin:vip_membership_changelist",
                "vip.view_membership",
            ),
            Entry("Grants", "redeem", "admin:vip_grant_changelist", "vip.view_grant"),
            Entry(
                "Orders",
                "checklist",
                "admin:vip_grantorder_changelist",
                "vip.view_grantorder",
            ),
            Entry(
                "Auto-search",
                "smart_toy",
                "admin:vip_autosearch_changelist",
                "vip.view_autosearch",
            ),
            Entry("Boosts", "bolt", "admin:vip_boost_changelist", "vip.view_boost"),
            Entry("Plans", "sell", "admin:vip_plan_changelist", "vip.view_plan"),
            Entry("Settings", "tune", "admin:vip_vipsettings_changelist", "vip.view_vipsettings"),
        ),
    ),
    (
        "Stars",
        (
            Entry("Packs", "star", "admin:vip_starpack_changelist", "vip.view_starpack"),
            Entry(
                "Payments",
                "payments",
                "admin:vip_starpayment_changelist",
                "vip.view_starpayment",
            ),
            Entry("Refunds", "undo", "admin:vip_starrefund_changelist", "vip.view_starrefund"),
            Entry(
                "Requests",
                "contact_support",
                "admin:vip_supportrequest_changelist",
                "vip.view_supportrequest",
            ),
            Entry("Terms", "gavel", "admin:vip_terms_changelist", "vip.view_terms"),
        ),
    ),
    (
        "Videos and ads",
        (
            Entry("Videos", "movie", "admin:vip_video_changelist", "vip.view_video"),
            Entry(
                "Video reports",
                "flag",
                "admin:vip_videoreport_changelist",
                "vip.view_videoreport",
            ),
            Entry("Ad passes", "local_activity", "admin:vip_pass_changelist", "vip.view_pass"),
            Entry(
                "Ad networks", "ads_click", "admin:vip_adnetwork_changelist", "vip.view_adnetwork"
            ),
        ),
    ),
    (
        "Numbers",
        (
            Entry("Pools", "public", "admin:numbers_pool_changelist", "numbers.view_pool"),
            Entry("Import", "upload", "admin:numbers_import", "numbers.import_numbers"),
            Entry("Batches", "inventory_2", "admin:numbers_batch_changelist", "numbers.view_batch"),
            Entry("Numbers", "dialpad", "admin:numbers_number_changelist", "numbers.view_number"),
            Entry("Leases", "timer", "admin:numbers_lease_changelist", "numbers.view_lease"),
            Entry("SMS", "sms", "admin:numbers_inboundsms_changelist", "numbers.view_inboundsms"),
            Entry(
                "Deliveries",
                "move_to_inbox",
                "admin:numbers_rawevent_changelist",
                "numbers.view_rawevent",
            ),
            Entry(
                "Blocked senders",
                "block",
                "admin:numbers_blockedsender_changelist",
                "numbers.view_blockedsender",
            ),
            Entry(
                "Providers",
                "cell_tower",
                "admin:numbers_provider_changelist",
                "numbers.view_provider",
            ),
            Entry(
                "Settings",
                "tune",
                "admin:numbers_numberssettings_changelist",
                "numbers.view_numberssettings",
            ),
        ),
    ),
    (
        "Messages",
        (
            Entry(
                "Outbox",
                "outgoing_mail",
                "admin:accounts_outboxmessage_changelist",
                "accounts.view_outboxmessage",
            ),
        ),
    ),
    (
        "System",
        (
            Entry("Sandbox", "smart_toy", "sandbox:page"),
            Entry("Inbox", "inbox", "admin:botrunner_inboxupdate_changelist", SUPERUSER),
            Entry("Processes", "monitor_heart", "admin:botrunner_heartbeat_changelist", SUPERUSER),
            Entry("Queues", "layers", "django_rq:home", SUPERUSER),
            Entry("Backups", "backup", "backups", SUPERUSER),
            Entry(
                "Older bots",
                "move_to_inbox",
                "admin:botrunner_legacyimport_changelist",
                "botrunner.view_legacyimport",
            ),
            Entry(
                "Legacy accounts",
                "switch_account",
                "admin:accounts_legacyaccount_changelist",
                "accounts.view_legacyaccount",
            ),
            Entry("Users", "manage_accounts", "admin:auth_user_changelist", "auth.view_user"),
            Entry("Staff groups", "badge", "admin:auth_group_changelist", "auth.view_group"),
            Entry("Lockouts", "lock_person", "admin:axes_accessattempt_changelist", SUPERUSER),
        ),
    ),
)


def build_sidebar(request: HttpRequest) -> list[dict[str, Any]]:
    active = find_active(request.path)
    groups = (
        {"title": title, "items": _list_items(request, entries, active), "separator": bool(title)}
        for title, entries in GROUPS
    )
    return [group for group in groups if group["items"]]


def environment(request: HttpRequest) -> list[str] | None:
    """The label beside the user's name: nobody should take the sandbox for the real bot."""
    return ["Sandbox", "warning"] if settings.SANDBOX else None


def may_open(request: HttpRequest, permission: str) -> bool:
    if permission == SUPERUSER:
        return bool(request.user.is_active and request.user.is_superuser)
    return not permission or request.user.has_perm(permission)


def find_url(view: str, *args: object) -> str:
    """The view's address, or nothing where it does not exist: the sandbox in production."""
    try:
        return reverse(view, args=args)
    except NoReverseMatch:
        return ""


def find_active(path: str) -> str:
    """The address of the entry that a page belongs to, or nothing.

    The longest of those that the page is below: an import is below the batches too.
    """
    home = reverse("admin:index")
    urls = (find_url(entry.view) for _title, entries in GROUPS for entry in entries)
    above = (url for url in urls if url and (path == url or url != home and path.startswith(url)))
    return max(above, key=len, default="")


def _list_items(
    request: HttpRequest, entries: tuple[Entry, ...], active: str
) -> list[dict[str, Any]]:
    return [
        {
            "title": entry.title,
            "icon": entry.icon,
            "link": url,
            "active": url == active,
        }
        for entry in entries
        if may_open(request, entry.permission) and (url := find_url(entry.view))
    ]
