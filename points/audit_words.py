"""What the audit's entries about points are called."""

WORDS = {
    "points.adjust": "Points given or taken",
    "points.cancel_game": "Game ended and refunded",
    "points.gift": "Items given",
    "points.headline": "Provider's headline changed",
    "points.ledger_faults": "Ledger check found faults",
    "points.mark_provider": "Marked as provider",
    "points.reset": "All balances brought to zero",
    "points.reverse": "Entry reversed",
    "points.settings": "Points settings changed",
    "points.unmark_provider": "Unmarked as provider",
    "points.void_vouch": "Vouch voided",
}
