from collections.abc import Iterator

import pytest

from botrunner import router
from tests.botrunner.engine.probe import add_commands


@pytest.fixture(autouse=True)
def _probe_commands() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(router, "_BY_NAME", dict(router._BY_NAME))
        add_commands()
        yield
