"""What the audit's entries about numbers are called."""

WORDS = {
    "numbers.blocked_sender.add": "Sender blocked",
    "numbers.blocked_sender.change": "Blocked sender changed",
    "numbers.blocked_sender.delete": "Sender unblocked",
    "numbers.delete_batch": "File of numbers deleted",
    "numbers.disable_batch": "File of numbers disabled",
    "numbers.download_batch": "File of numbers downloaded",
    "numbers.enable_batch": "File of numbers enabled",
    "numbers.event.retry": "Stored SMS event tried again",
    "numbers.export_lease_log": "Lease log exported",
    "numbers.import": "Numbers imported",
    "numbers.job.cancel": "Work on a file cancelled",
    "numbers.job.retry": "Work on a file tried again",
    "numbers.pool.add": "Pool added",
    "numbers.pool.change": "Pool changed",
    "numbers.provider.add": "SMS provider added",
    "numbers.provider.change": "SMS provider changed",
    "numbers.provider.new_secret": "SMS provider's secret renewed",
    "numbers.settings": "Number settings changed",
    "numbers.undo_batch": "Import undone",
    "numbers.view_code": "Codes of an SMS looked at",
}
