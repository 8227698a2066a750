"""What the audit's entries about older bots' files are called."""

WORDS = {
    "legacy.claim": "Account of an older bot claimed",
    "legacy.code": "Claim code of a legacy account issued",
    "legacy.import": "Files of an older bot imported",
    "legacy.import.begin": "Import from an older bot begun",
    "legacy.import.cancel": "Import from an older bot cancelled",
    "legacy.import.retry": "Import from an older bot tried again",
}
