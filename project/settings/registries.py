"""What the apps offer to one another past the order of their imports, by dotted names."""

# What Prometheus is told.
METRICS = [
    "accounts.metrics.METRICS",
    "botrunner.metrics.METRICS",
    "project.backups.metrics.METRICS",
]

# By which the processes of the queue say that they live.
HEARTBEAT = "botrunner.heartbeat.keep_beating"

# What verify_ledger asks of the tables of apps that points does not know.
LEDGER_QUESTIONS = ["vip.services.stars.checks.LEDGER_QUESTIONS"]

# What the audit's entries are called, by their dotted names.
AUDIT_WORDS = [
    "accounts.audit_words.WORDS",
    "points.audit_words.WORDS",
    "vip.audit_words.WORDS",
    "numbers.audit_words.WORDS",
    "botrunner.audit_words.WORDS",
]

# What writes a restore into the audit of the restored database.
RESTORE_RECORDER = "accounts.services.restores.record_restore"

# What each app holds about a member, for his own copy; and what forgets it when he asks.
MEMBER_EXPORTERS = {
    "member": "accounts.exports.export_profile",
    "points": "points.exports.export_member",
    "vip": "vip.exports.export_member",
    "stars": "vip.exports.export_stars",
    "numbers": "numbers.exports.export_member",
}
MEMBER_ERASERS = [
    "points.erasure.erase_member",
    "vip.erasure.erase_member",
    "numbers.erasure.erase_member",
    "botrunner.erasure.erase_member",
]
