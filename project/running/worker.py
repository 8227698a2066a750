"""The worker of the queues."""

import os
from typing import Any

import rq
from django.conf import settings
from django.utils.module_loading import import_string

from project.running.parent import die_with_parent


class Worker(rq.Worker):
    """Takes the job under way and its scheduler along when it is killed.

    Both are children that rq forks; left alone they would go on beside the
    worker that is started in its place.
    """

    def work(self, *args: Any, **kwargs: Any) -> bool:
        os.register_at_fork(after_in_child=die_with_parent)
        end_beats = import_string(settings.HEARTBEAT)("worker")
        try:
            return super().work(*args, **kwargs)
        finally:
            end_beats()
