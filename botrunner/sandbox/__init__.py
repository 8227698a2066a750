"""A Bot API on loopback with a chat page: Telegram for trying out and for tests.

The bot's code does not know of it: only its base address differs.
"""
