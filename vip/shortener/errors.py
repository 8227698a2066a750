"""Why there is no link."""


class NoLink(Exception):
    """Says what kind of failure it was, never what was asked or answered: the address holds
    the key, and the answer may."""
