"""The dashboard's pages about VIP: plans, memberships, grants, and giving and revoking it."""

from . import auto_search, grants, memberships, orders, plans, settings, star_packs  # noqa: F401
