import pytest

from accounts.models import Member
from tests.factories import make_member
from vip.models import GrantOrder


@pytest.fixture
def chunks_of_three(monkeypatch: pytest.MonkeyPatch) -> None:
    """More than three members are very many."""
    monkeypatch.setattr(GrantOrder, "AT_ONCE_MAX", 3)


@pytest.fixture
def members() -> list[Member]:
    return [make_member() for _ in range(10)]
