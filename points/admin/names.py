"""The members an act of the staff is about: named in a form, or chosen in a list."""

from django import forms
from django.http import HttpRequest

from accounts.selectors import find_each_named, list_handles, split_names
from project.ids import read_ids

NAMES_MAX = 100
NAMES_HELP = f"@names or Telegram ids, by spaces, commas or lines; at most {NAMES_MAX}."


def find_named_members(text: str) -> list[int]:
    """For a form's field: raises ValidationError where a name is nobody's."""
    names = split_names(text)
    if len(names) > NAMES_MAX:
        raise forms.ValidationError(f"At most {NAMES_MAX} at once: these are {len(names)}.")
    found, unknown = find_each_named(names)
    if unknown or not found:
        raise forms.ValidationError(f"Not found: {', '.join(unknown[:10]) or 'anybody'}")
    return sorted(set(found))


def read_chosen(request: HttpRequest) -> str:
    """The names of those whose numbers stand in the address, as the form takes them."""
    ids = read_ids(request.GET.get("members", ""))
    return "\n".join(list_handles(ids[:NAMES_MAX])) if ids else ""
