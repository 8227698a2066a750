"""Queues and caches: Redis or Valkey. Losing it loses no data, only haste."""

from project.env import env_str

from .base import VAR_DIR

# ./run starts an embedded Valkey on this socket when REDIS_URL is not given.
REDIS_SOCKET = VAR_DIR / "valkey" / "valkey.sock"
EMBEDDED_QUEUE = not env_str("REDIS_URL")
REDIS_URL = env_str("REDIS_URL") or f"unix://{REDIS_SOCKET}?db=0"

RQ_QUEUES = {
    name: {"URL": REDIS_URL, "DEFAULT_TIMEOUT": seconds}
    for name, seconds in (("default", 300), ("low", 3600))
}
RQ = {"COMMIT_MODE": "on_db_commit", "WORKER_CLASS": "project.running.worker.Worker"}
RQ_SHOW_ADMIN_LINK = False
