"""Where backups are kept, how often they are made and how long they stay."""

from pathlib import Path

from project.env import env_int, env_str, env_url

from .base import VAR_DIR

BACKUP_DIR = Path(env_str("BACKUP_DIR") or VAR_DIR / "backups")
# A second place on another disk; without it there is one copy of each backup.
BACKUP_SECOND_DIR = env_str("BACKUP_SECOND_DIR")
# A bucket that speaks S3, as a place besides; requirements-s3.txt has what it needs.
BACKUP_S3_BUCKET = env_str("BACKUP_S3_BUCKET")
BACKUP_S3_ENDPOINT = env_url("BACKUP_S3_ENDPOINT")
BACKUP_S3_REGION = env_str("BACKUP_S3_REGION")
BACKUP_S3_PREFIX = env_str("BACKUP_S3_PREFIX", "tallyhouse")
BACKUP_S3_ACCESS_KEY = env_str("BACKUP_S3_ACCESS_KEY")
BACKUP_S3_SECRET_KEY = env_str("BACKUP_S3_SECRET_KEY")
# Used only while no other place takes a backup.
BACKUP_EMERGENCY_DIR = Path(env_str("BACKUP_EMERGENCY_DIR") or VAR_DIR / "backups-emergency")
# Copies are made and proven here, then brought to the places.
BACKUP_WORK_DIR = VAR_DIR / "backup-work"
BACKUP_PASSPHRASE = env_str("BACKUP_PASSPHRASE")

BACKUP_EVERY_MINUTES = env_int("BACKUP_EVERY_MINUTES", 5, low=1, high=59)
BACKUP_LATE_MINUTES = env_int(
    "BACKUP_LATE_MINUTES", 2 * BACKUP_EVERY_MINUTES, low=BACKUP_EVERY_MINUTES, high=100_000
)
# What is kept: the newest, the newest of each hour, the newest of each day.
BACKUP_KEEP_LAST = env_int("BACKUP_KEEP_LAST", 12, low=1, high=10_000)
BACKUP_KEEP_HOURLY = env_int("BACKUP_KEEP_HOURLY", 24, low=0, high=10_000)
BACKUP_KEEP_DAILY = env_int("BACKUP_KEEP_DAILY", 14, low=0, high=10_000)
