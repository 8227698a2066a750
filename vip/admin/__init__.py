"""The dashboard's pages about VIP, premium and Stars: what is sold, given, held and revoked."""

from . import (  # noqa: F401
    auto_search,
    grants,
    memberships,
    networks,
    orders,
    passes,
    plans,
    settings,
    star_packs,
    star_payments,
    star_refunds,
    support,
    videos,
)
