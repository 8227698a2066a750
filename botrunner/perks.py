"""What VIP makes of waiting times and finds."""

from datetime import timedelta

from points.services import Perks

_DAILY, _DAILY_VIP = timedelta(hours=24), timedelta(hours=12)
_SEARCH, _SEARCH_VIP = Perks(), Perks(points_factor=2, cooldown_divisor=2)


def daily_interval(is_vip: bool) -> timedelta:
    return _DAILY_VIP if is_vip else _DAILY


def search_perks(is_vip: bool) -> Perks:
    return _SEARCH_VIP if is_vip else _SEARCH
