"""Balances and the numbers of the app."""

from collections.abc import Sequence

from points.models import PointsSettings, Wallet


def get_settings() -> PointsSettings:
    """The numbers that the owner may change."""
    return PointsSettings.read()


def balance_of(member_id: int) -> int:
    return Wallet.objects.values_list("balance", flat=True).get(pk=member_id)


def bonus_of_day(ladder: Sequence[int], day: int) -> int:
    """The daily bonus of a day of the streak, counted from 1: the last step stays."""
    return ladder[min(day, len(ladder)) - 1]
