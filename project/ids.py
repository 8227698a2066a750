"""Numbers of rows, as people type them and addresses carry them."""

# Longer ones fit no column of the database.
DIGITS_MAX = 18


def read_id(word: str) -> int | None:
    if word.isascii() and word.isdecimal() and len(word) <= DIGITS_MAX:
        return int(word)
    return None


def read_ids(text: str) -> list[int]:
    """Those that stand between commas; what is none is left out."""
    return [number for word in text.split(",") if (number := read_id(word)) is not None]
