"""The dashboard's pages about the bot, and about what older bots left."""

from . import legacy_imports, processes  # noqa: F401
