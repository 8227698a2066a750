"""Backups: copied consistently, reopened and re-summed before they are called good."""

from .errors import BackupBusy, BackupFailed
from .make import make_backup
from .manifest import Backup
from .places import list_backups

__all__ = ["Backup", "BackupBusy", "BackupFailed", "list_backups", "make_backup"]
