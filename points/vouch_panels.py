"""A member's page: the vouches he was given and gave, and marking him as a provider."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from points.admin.provider_pages import PERMISSION, mark_chosen
from points.models import Vouch, VouchProvider
from project.panels import Act, ListAct, Panel

if TYPE_CHECKING:
    from accounts.models import Member

ROWS = 10


def read_vouches(member: "Member", now: datetime) -> dict[str, Any]:
    vouches = Vouch.objects.select_related("provider__member", "author").order_by("-id")
    provider = _find_provider(member)
    return {
        "provider": provider,
        # Index vouch_of_provider.
        "received": list(vouches.filter(provider=member.pk)[:ROWS]) if provider else [],
        "given": list(vouches.filter(author=member)[:ROWS]),
    }


def _find_provider(member: "Member") -> VouchProvider | None:
    return getattr(member, "vouch_provider", None)


def _is_provider(member: "Member") -> bool:
    provider = _find_provider(member)
    return provider is not None and provider.is_active


def _may_become_provider(member: "Member") -> bool:
    return not (_is_provider(member) or member.anonymised_at or member.is_frozen)


PANELS = [
    Panel(
        title="Vouches",
        icon="verified",
        template="admin/member/vouches.html",
        permission="points.view_vouch",
        read=read_vouches,
        view="admin:points_vouch_changelist",
        query="q={}",
        acts=(
            Act(
                label="Mark as provider",
                icon="person_add",
                view="admin:points_vouchprovider_mark",
                permission=PERMISSION,
                query="members={}",
                is_offered=_may_become_provider,
            ),
            Act(
                label="Unmark as provider",
                icon="person_remove",
                view="admin:points_vouchprovider_unmark",
                permission=PERMISSION,
                is_offered=_is_provider,
            ),
        ),
    )
]

LIST_ACTS = [
    ListAct(
        name="mark_providers",
        label="Mark the chosen as vouch providers…",
        permission=PERMISSION,
        run=mark_chosen,
    )
]
