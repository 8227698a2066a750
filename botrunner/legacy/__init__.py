"""Reads the files of older bots, and brings what is sound in them here, each piece once."""
