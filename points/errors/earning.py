"""What is refused of what one collects now and then."""

from project.errors import Refusal


class TooEarly(Refusal):
    """The daily bonus was claimed already. Params: ready_at, wait, streak, amount."""

    code = "daily_too_early"
    retryable = True


class SearchTooEarly(Refusal):
    """The last search is too fresh. Params: ready_at, wait, is_reminded, count."""

    code = "search_too_early"
    retryable = True
