"""Asks an ad network for a short link: over the network, so never inside a transaction."""

from .asking import Question, ask
from .errors import NoLink

__all__ = ["NoLink", "Question", "ask"]
