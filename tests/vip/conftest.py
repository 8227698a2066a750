import pytest

from accounts.models import AuditEntry, Member, OutboxMessage
from points.models import Entry, Item, ItemEntry, Search, Wallet
from tests.factories import make_member
from vip.models import AutoSearch, Boost, Grant, GrantOrder, Membership


@pytest.fixture
def chunks_of_three(monkeypatch: pytest.MonkeyPatch) -> None:
    """More than three members are very many."""
    monkeypatch.setattr(GrantOrder, "AT_ONCE_MAX", 3)


@pytest.fixture
def members() -> list[Member]:
    return [make_member() for _ in range(10)]


@pytest.fixture
def state():
    """Everything that a refusal must leave as it was."""
    tables = (Wallet, Entry, Item, ItemEntry, Search, Membership, Grant, AutoSearch, Boost)

    def read():
        return [
            sorted(table.objects.values_list(), key=repr)
            for table in (*tables, OutboxMessage, AuditEntry)
        ]

    return read
