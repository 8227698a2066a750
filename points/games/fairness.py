"""Chance that was settled before the stake was made, and that anybody can work out again.

The card of a game shows the hash of a seed; the seed itself is shown when the
game is over. Everything drawn follows from the seed alone: block number n is
HMAC-SHA256 with the seed's 32 bytes as key over n written in decimal (0, 1, 2
…), of which the first eight bytes are read as one number, highest byte first.
docs/fairness.md says so to members.
"""

import hmac
from collections.abc import Sequence
from hashlib import sha256
from itertools import count
from typing import TypeVar

from django.conf import settings

Thing = TypeVar("Thing")

_RANGE = 2**64


def seed_of(member_id: int, operation_id: str) -> str:
    """The seed of the card that was drawn for this member under this operation id.

    It follows from the server's secret, so nothing need be kept for a card that nobody plays.
    """
    message = f"game|{member_id}|{operation_id}".encode()
    return hmac.new(settings.SECRET_KEY.encode(), message, sha256).hexdigest()


def hash_of(seed: str) -> str:
    """SHA-256 over the seed as it is written: `printf %s SEED | sha256sum`."""
    return sha256(seed.encode()).hexdigest()


class Draws:
    """Draws one after the other from a seed."""

    def __init__(self, seed: str) -> None:
        self._key = bytes.fromhex(seed)
        self._blocks = count()

    def below(self, bound: int) -> int:
        """0 … bound - 1, each as likely: blocks of the uneven rest are passed over."""
        end = _RANGE - _RANGE % bound
        while True:
            number = int.from_bytes(self._block()[:8], "big")
            if number < end:
                return number % bound

    def pick(self, weights: Sequence[int]) -> int:
        """A place in `weights`, each as likely as its weight."""
        left = self.below(sum(weights))
        for place, weight in enumerate(weights):
            left -= weight
            if left < 0:
                return place
        raise AssertionError("below() stays below the sum")

    def shuffle(self, things: Sequence[Thing]) -> list[Thing]:
        """Fisher and Yates, from the last place to the first."""
        shuffled = list(things)
        for place in range(len(shuffled) - 1, 0, -1):
            other = self.below(place + 1)
            shuffled[place], shuffled[other] = shuffled[other], shuffled[place]
        return shuffled

    def _block(self) -> bytes:
        return hmac.digest(self._key, str(next(self._blocks)).encode(), sha256)
