"""The dashboard's pages about VIP: plans, memberships, grants, and giving and revoking it."""

from . import auto_search, grants, memberships, orders, plans, settings  # noqa: F401
