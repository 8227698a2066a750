"""Invented people and thirty days of their history, so that an empty house looks lived in."""
