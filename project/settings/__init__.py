"""What runs, a file for each subject; base has what is of none."""

from .backups import *  # noqa: F403
from .base import *  # noqa: F403
from .logs import *  # noqa: F403
from .queues import *  # noqa: F403
from .registries import *  # noqa: F403
from .sentry import *  # noqa: F403
from .unfold import *  # noqa: F403
