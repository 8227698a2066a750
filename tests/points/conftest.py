from datetime import UTC, datetime

import pytest

from accounts.models import AuditEntry, OutboxMessage
from accounts.services import Actor
from points.models import (
    DailyBonus,
    Entry,
    Game,
    GroupMessage,
    Item,
    ItemEntry,
    Multiplier,
    Progress,
    Search,
    Seat,
    Vouch,
    VouchProvider,
    Wallet,
)

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def actor() -> Actor:
    return Actor(AuditEntry.Origin.WEB, "chief", 7)


@pytest.fixture
def state():
    """Everything that a refusal must leave as it was."""

    def read():
        return [
            sorted(table.objects.values_list(), key=repr)
            for table in (
                Wallet,
                Entry,
                OutboxMessage,
                AuditEntry,
                DailyBonus,
                Search,
                Progress,
                GroupMessage,
                Item,
                ItemEntry,
                VouchProvider,
                Vouch,
                Game,
                Seat,
                Multiplier,
            )
        ]

    return read
