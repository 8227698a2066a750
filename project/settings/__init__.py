"""What runs: the base, backups, unfold's look, queues and logs, each in a file of its own."""

from .backups import *  # noqa: F403
from .base import *  # noqa: F403
from .logs import *  # noqa: F403
from .queues import *  # noqa: F403
from .unfold import *  # noqa: F403
