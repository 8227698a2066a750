"""Counts what a screen or a service asks of the database; savepoints and the like are free."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.test.utils import CaptureQueriesContext

_FREE = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT")


@contextmanager
def at_most(limit: int) -> Iterator[None]:
    with CaptureQueriesContext(connection) as captured:
        yield
    asked = [query["sql"] for query in captured if not query["sql"].startswith(_FREE)]
    assert len(asked) <= limit, "\n".join([f"{len(asked)} queries, not {limit}:", *asked])
