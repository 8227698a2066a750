"""What the bot itself refuses."""

from project.errors import Refusal


class NotAllowed(Refusal):
    """The button is for staff who hold a permission that this member no longer has."""

    code = "not_allowed"
