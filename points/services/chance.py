"""Where chance comes from, unless a caller brings his own."""

from secrets import SystemRandom

CHANCE = SystemRandom()
