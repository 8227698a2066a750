"""The rules of the games, pure: what was asked for and a seed in, a result out.

Nothing here knows a member, a wallet or the database, so that a finished game
can be worked out again by anybody from its seed (points/games/fairness.py).
"""
