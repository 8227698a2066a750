"""Games as members see them: one module a game, and what all of them share in card.py."""
