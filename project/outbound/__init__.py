"""Asks other machines by HTTP: over the network, so never inside a transaction."""

from .errors import NoAnswer
from .fetching import FETCH_SECONDS, fetch

__all__ = ["FETCH_SECONDS", "NoAnswer", "fetch"]
