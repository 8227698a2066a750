"""What the accounts services and selectors refuse."""

from project.errors import Refusal


class MemberNotFound(Refusal):
    """Nobody of that name has met the bot. Params: name, as it was given."""

    code = "member_not_found"


class NotAPerson(Refusal):
    """A bot was named where a person is meant."""

    code = "not_a_person"
