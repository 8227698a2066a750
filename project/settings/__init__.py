"""What runs: the base, backups, queues, logs, Sentry and unfold's look, a file each."""

from .backups import *  # noqa: F403
from .base import *  # noqa: F403
from .logs import *  # noqa: F403
from .queues import *  # noqa: F403
from .sentry import *  # noqa: F403
from .unfold import *  # noqa: F403
