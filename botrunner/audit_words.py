"""What the audit's entries about older bots' files are called."""

WORDS = {
    "legacy.claim": "Account of an older bot claimed",
    "legacy.import": "Files of an older bot imported",
}
