"""Readings that many ask for, made once in half a minute in each process."""

from collections.abc import Callable
from typing import TypeVar, cast

from django.core.cache import cache

KEPT_SECONDS = 30

Read = TypeVar("Read")


def keep(key: str, read: Callable[[], Read]) -> Read:
    return cast(Read, cache.get_or_set(key, read, KEPT_SECONDS))
