"""Whom a grant is for: members by name, or everyone of a kind that a filter may narrow.

A query, never a list of rows.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.conf import settings
from django.db.models import DateTimeField, Exists, OuterRef, QuerySet, TextChoices, Value

from accounts.selectors import uses_language
from vip.expiry import extended, stays_bounded
from vip.models import GrantOrder, Membership

if TYPE_CHECKING:
    from accounts.models import Member

NAMED = "named"
RECENT = timedelta(days=30)


class Kind(TextChoices):
    """`value` is kept in orders: it stays as it is."""

    ALL = "all", "All members"
    VIP = "vip", "Who is VIP now"
    FORMER = "former", "Who was VIP and is not"
    NEVER = "never", "Who never was VIP"
    RECENT = "recent", "Who came by in the last 30 days"


@dataclass(frozen=True, slots=True)
class Filter:
    """What narrows a kind; what is empty narrows nothing. Days are whole ones, in UTC."""

    language: str = ""
    joined_from: date | None = None
    joined_to: date | None = None
    seen_from: date | None = None

    @classmethod
    def load(cls, data: dict[str, str]) -> "Filter":
        days = {name: date.fromisoformat(day) for name, day in data.items() if name != "language"}
        return cls(language=data.get("language", ""), **days)

    def dump(self) -> dict[str, str]:
        return {name: str(value) for name, value in asdict(self).items() if value}

    def narrow(self, members: "QuerySet[Member]") -> "QuerySet[Member]":
        if self.language:
            members = members.filter(uses_language(self.language))
        if self.joined_from:
            members = members.filter(joined_at__gte=_moment(self.joined_from, time.min))
        if self.joined_to:
            members = members.filter(joined_at__lte=_moment(self.joined_to, time.max))
        if self.seen_from:
            members = members.filter(last_seen_at__gte=_moment(self.seen_from, time.min))
        return members

    @property
    def labels(self) -> list[str]:
        named = {
            "language": dict(settings.LANGUAGES).get(self.language, self.language),
            "joined from": self.joined_from,
            "joined until": self.joined_to,
            "seen since": self.seen_from,
        }
        return [f"{name} {value}" for name, value in named.items() if value]


@dataclass(frozen=True, slots=True)
class Audience:
    kind: str
    member_ids: tuple[int, ...] = ()
    filter: Filter = Filter()

    @classmethod
    def named(cls, member_ids: Iterable[int]) -> "Audience":
        return cls(NAMED, tuple(sorted(set(member_ids))))

    @classmethod
    def load(cls, data: dict[str, Any]) -> "Audience":
        narrowed = Filter.load(data.get("filter", {}))
        return cls(data["kind"], tuple(data.get("member_ids", ())), narrowed)

    def dump(self) -> dict[str, Any]:
        data = {"kind": self.kind, "member_ids": list(self.member_ids)}
        narrowed = self.filter.dump()
        return {**data, "filter": narrowed} if narrowed else data

    @property
    def permission(self) -> str:
        """What a person of the staff needs to give VIP to these."""
        return "vip.add_grant" if self.kind == NAMED else "vip.grant_to_all"

    @property
    def label(self) -> str:
        if self.kind != NAMED:
            return ", ".join([str(Kind(self.kind).label), *self.filter.labels])
        return "1 member" if len(self.member_ids) == 1 else f"{len(self.member_ids)} members"

    def members(self, now: datetime) -> "QuerySet[Member]":
        return self.filter.narrow(self._of_kind(now))

    def _of_kind(self, now: datetime) -> "QuerySet[Member]":
        members: QuerySet[Member] = apps.get_model("accounts", "Member").objects.all()
        membership = Membership.objects.filter(member=OuterRef("pk"))
        match self.kind:
            case "named":
                return members.filter(pk__in=self.member_ids)
            case Kind.VIP:
                return members.filter(Exists(membership.filter(vip_until__gt=now)))
            case Kind.FORMER:
                return members.filter(Exists(membership.filter(vip_until__lte=now)))
            case Kind.NEVER:
                return members.exclude(Exists(membership.filter(vip_until__isnull=False)))
            case Kind.RECENT:
                return members.filter(last_seen_at__gte=now - RECENT)
            case Kind.ALL:
                return members
        raise ValueError(f"no such audience: {self.kind}")


def _moment(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, UTC)


def list_present(members: "QuerySet[Member]") -> "QuerySet[Member]":
    """Who can be given anything: not banned, not gone."""
    return members.filter(banned_at=None, anonymised_at=None)


def list_changeable(
    members: "QuerySet[Member]", *, act: str, days: int, now: datetime
) -> QuerySet[Membership]:
    """The memberships an order can change, with the expiry they would have as `until_new`.

    VIP is given to who is present and stays within 2199, and taken from whoever has it.
    Without a join, so that select_for_update locks memberships and nothing else.
    """
    if act == GrantOrder.Act.REVOKE:
        held = Membership.objects.filter(pk__in=members.values("pk"), vip_until__gt=now)
        return held.annotate(until_new=Value(now, DateTimeField()))
    memberships = Membership.objects.filter(pk__in=list_present(members).values("pk"))
    bounded = memberships.filter(stays_bounded("vip_until", days=days))
    return bounded.annotate(until_new=extended("vip_until", days=days, now=now))
