"""Reads of the VIP app."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Count, Exists, Max, Min, OuterRef, Q, Sum

from project.selectors import day_start
from vip.audience import Audience, list_present
from vip.auto_search import AutoSearchStanding as AutoSearchStanding
from vip.auto_search import auto_search_standing as auto_search_standing
from vip.expiry import extend as extend
from vip.expiry import extended
from vip.models import (
    VIP_UNTIL_MAX,
    AutoSearch,
    Boost,
    Grant,
    GrantOrder,
    Membership,
    Plan,
    StarPack,
    StarPayment,
    StarRefund,
    SupportRequest,
    Terms,
    Video,
    VideoDayCount,
    VipSettings,
)
from vip.premium import is_premium_offered as is_premium_offered
from vip.premium import premium_until as premium_until
from vip.premium import read_premium_offer as read_premium_offer
from vip.sandbox_network import SANDBOX_SLUG as SANDBOX_SLUG
from vip.sandbox_network import sign_sandbox_postback as sign_sandbox_postback

if TYPE_CHECKING:
    from accounts.models import Member

NAMES_SHOWN_MAX = 10
PAYMENTS_SHOWN = 5


def get_settings() -> VipSettings:
    """The numbers that the owner may change."""
    return VipSettings.read()


def list_star_packs() -> list[StarPack]:
    """What is on sale for Stars, as the staff has ordered it; a handful."""
    return list(StarPack.objects.filter(is_active=True))


def sells_for_stars() -> bool:
    return StarPack.objects.filter(is_active=True).exists()


def list_star_payments(member_id: int) -> list[StarPayment]:
    """The last few, each with `is_refunded`. Index star_payment_of_member."""
    done = StarRefund.objects.filter(payment=OuterRef("pk"), state=StarRefund.State.DONE)
    payments = StarPayment.objects.filter(member=member_id).order_by("-id")
    return list(payments.annotate(is_refunded=Exists(done))[:PAYMENTS_SHOWN])


def find_open_request(member_id: int) -> SupportRequest | None:
    return SupportRequest.objects.filter(member=member_id, answered_at=None).first()


def find_terms(language: str) -> str:
    """The owner's text in this language or in English; nothing when there is neither."""
    texts = dict(Terms.objects.filter(pk__in=(language, "en")).values_list("pk", "text"))
    return texts.get(language) or texts.get("en", "")


def get_refund(refund_id: int) -> StarRefund:
    return StarRefund.objects.select_related("payment").get(pk=refund_id)


def find_video(video_id: int) -> Video | None:
    return Video.objects.filter(pk=video_id).first()


def vip_until(member_id: int) -> datetime | None:
    """The expiry as it stands, past or ahead; None for who was never VIP."""
    return Membership.objects.filter(pk=member_id).values_list("vip_until", flat=True).first()


def is_vip(member_id: int, now: datetime) -> bool:
    return Membership.objects.filter(pk=member_id, vip_until__gt=now).exists()


def list_vips(member_ids: Iterable[int], now: datetime) -> set[int]:
    """Which of these members are VIP: one query for a page of them."""
    rows = Membership.objects.filter(pk__in=list(member_ids), vip_until__gt=now)
    return set(rows.values_list("pk", flat=True))


def list_plans() -> list[Plan]:
    """What is on sale, shortest first."""
    return list(Plan.objects.filter(is_active=True))


def find_plan(plan_id: int) -> Plan | None:
    return Plan.objects.filter(pk=plan_id, is_active=True).first()


def find_last_plan(member_id: int) -> Plan | None:
    """What the member bought last, if it is still on sale."""
    grants = Grant.objects.filter(membership=member_id, kind=Grant.Kind.PURCHASE)
    grant = grants.select_related("plan").order_by("-id").first()
    return grant.plan if grant and grant.plan and grant.plan.is_active else None


def find_order(order_id: int) -> GrantOrder | None:
    return GrantOrder.objects.filter(pk=order_id).first()


def find_staff_grant(order_id: int, member_id: int) -> Grant | None:
    """What an order gave to one member."""
    return Grant.objects.filter(order=order_id, membership=member_id).first()


def find_auto_search(member_id: int) -> AutoSearch | None:
    return AutoSearch.objects.filter(pk=member_id).first()


def find_boost(boost_id: int) -> Boost | None:
    return Boost.objects.filter(pk=boost_id).first()


def find_grant(grant_id: int) -> Grant | None:
    return Grant.objects.filter(pk=grant_id).first()


def find_gift(grant_id: int) -> Grant | None:
    """A plan that a member gave, with who paid for it."""
    gifts = Grant.objects.filter(pk=grant_id, kind=Grant.Kind.GIFT)
    return gifts.select_related("entry__wallet__member").first()


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantPreview:
    """What an order would do, counted before it is done."""

    granted: int
    banned: int = 0
    gone: int = 0
    too_long: int = 0
    not_vip: int = 0
    # The first few of those who would be given VIP, and the expiries they would have.
    members: "list[Member]"
    until_first: datetime | None = None
    until_last: datetime | None = None

    @property
    def skipped(self) -> int:
        return self.banned + self.gone + self.too_long + self.not_vip

    @property
    def is_large(self) -> bool:
        """Done in the background, as GrantOrder.is_large."""
        return self.granted + self.skipped > GrantOrder.AT_ONCE_MAX


def preview_revoke(audience: Audience, *, now: datetime) -> GrantPreview:
    """Counts and the first names of those whose VIP would end."""
    meant = audience.members(now)
    held = meant.filter(membership__vip_until__gt=now)
    granted = held.count()
    return GrantPreview(
        granted=granted,
        not_vip=meant.count() - granted,
        members=list(held.order_by("pk")[:NAMES_SHOWN_MAX]),
    )


def preview_grant(audience: Audience, *, days: int, now: datetime) -> GrantPreview:
    """Counts and the first names: three questions, however many members."""
    meant = audience.members(now)
    present = list_present(meant)
    counts = meant.aggregate(
        banned=Count("pk", filter=Q(banned_at__isnull=False, anonymised_at=None)),
        gone=Count("pk", filter=Q(anonymised_at__isnull=False)),
        present=Count("pk", filter=Q(banned_at=None, anonymised_at=None)),
    )
    held = present.filter(membership__isnull=False).values("membership__vip_until")
    expiries = held.annotate(new=extended("membership__vip_until", days=days, now=now)).aggregate(
        held=Count("pk"),
        within=Count("pk", filter=Q(new__lte=VIP_UNTIL_MAX)),
        first=Min("new", filter=Q(new__lte=VIP_UNTIL_MAX)),
        last=Max("new", filter=Q(new__lte=VIP_UNTIL_MAX)),
    )
    # Who has no membership yet starts now.
    fresh = [now + timedelta(days=days)] if counts["present"] > expiries["held"] else []
    untils = [until for until in (expiries["first"], expiries["last"]) if until] + fresh
    too_long = expiries["held"] - expiries["within"]
    return GrantPreview(
        granted=counts["present"] - too_long,
        banned=counts["banned"],
        gone=counts["gone"],
        too_long=too_long,
        members=list(present.order_by("pk")[:NAMES_SHOWN_MAX]),
        until_first=min(untils, default=None),
        until_last=max(untils, default=None),
    )


@dataclass(frozen=True, slots=True)
class MemberStates:
    """How many are VIP, have premium, and have either."""

    vip: int
    premium: int
    either: int


def count_states(now: datetime) -> MemberStates:
    """By the indexes membership_expiry and membership_premium_expiry."""
    vip = Membership.objects.filter(vip_until__gt=now).count()
    # Premium lasts for hours: these are few.
    premium = Membership.objects.filter(premium_until__gt=now).aggregate(
        all=Count("pk"), both=Count("pk", filter=Q(vip_until__gt=now))
    )
    return MemberStates(vip, premium["all"], vip + premium["all"] - premium["both"])


def count_views(now: datetime) -> tuple[int, int]:
    """Videos sent since midnight UTC, and to how many members. Index video_day_count_once."""
    today = VideoDayCount.objects.filter(day=day_start(now).date())
    found = today.aggregate(views=Sum("views", default=0), viewers=Sum("viewers", default=0))
    return found["views"], found["viewers"]
