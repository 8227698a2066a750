"""Backups: copied consistently, reopened and re-summed before they are called good."""

from .databases import BackupFailed
from .make import make_backup
from .store import Backup, last_failure, list_backups

__all__ = ["Backup", "BackupFailed", "last_failure", "list_backups", "make_backup"]
