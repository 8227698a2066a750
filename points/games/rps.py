"""Rock, paper, scissors: no chance in it, so no seed."""

MOVES = ("rock", "paper", "scissors")


def winner(first: str, second: str) -> int | None:
    """0 or 1: whose move beats the other's; None for a draw. Each move beats the one before it."""
    lead = (MOVES.index(first) - MOVES.index(second)) % len(MOVES)
    return None if lead == 0 else lead - 1
