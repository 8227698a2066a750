"""Finds a value in what another machine answered, by the path that staff wrote down."""

from typing import Any


def find_in_json(value: Any, path: str) -> Any:
    """By names and positions from 0, with dots between: data.items, 3. Raises LookupError.

    An empty path is the value itself; a name may hold dots too.
    """
    rest = path
    while rest:
        if isinstance(value, dict) and rest in value:
            return value[rest]
        name, _, rest = rest.partition(".")
        if isinstance(value, list) and name.isdecimal() and int(name) < len(value):
            value = value[int(name)]
        elif isinstance(value, dict) and name in value:
            value = value[name]
        else:
            raise LookupError(path)
    return value
