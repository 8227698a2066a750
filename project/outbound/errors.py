"""Why there is no answer."""


class NoAnswer(Exception):
    """Says what kind of failure it was, never what was asked or answered: the address may hold
    a key, and the answer what is nobody's business."""
