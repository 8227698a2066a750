"""The dashboard's pages about numbers: stock, imports, leases, SMS and who delivers them."""

from . import batches, blocked, events, leases, pools, providers, sms, stock  # noqa: F401
