"""An order of its own for everybody: a shuffle that is worked out, never stored.

A Feistel network of a power of four; what falls outside the size is shuffled again until it
falls inside (cycle-walking), which takes fewer than four turns on average, but for the least.
"""

from hashlib import blake2b

_TURNS = 4
# Of half a number: the smaller the network, the fewer orders it knows.
_BITS_MIN = 3


class Permutation:
    """Every number from 0 up to, without, `size` once, in an order that hangs on `seed`."""

    __slots__ = ("_bits", "_keys", "_mask", "_size")

    def __init__(self, size: int, seed: str) -> None:
        assert size >= 0
        self._size = size
        self._bits = max(_BITS_MIN, (max(size - 1, 1).bit_length() + 1) // 2)
        self._mask = (1 << self._bits) - 1
        self._keys = [f"{seed}:{turn}".encode()[:64] for turn in range(_TURNS)]

    def __len__(self) -> int:
        return self._size

    def __getitem__(self, index: int) -> int:
        if not 0 <= index < self._size:
            raise IndexError(index)
        index = self._shuffle(index)
        while index >= self._size:
            index = self._shuffle(index)
        return index

    def _shuffle(self, number: int) -> int:
        left, right = number >> self._bits, number & self._mask
        for key in self._keys:
            left, right = right, left ^ self._mix(right, key)
        return left << self._bits | right

    def _mix(self, half: int, key: bytes) -> int:
        digest = blake2b(half.to_bytes(8, "big"), digest_size=8, key=key).digest()
        return int.from_bytes(digest, "big") & self._mask
