"""What a service may refuse. Only the edge (a screen, a page, a command) makes words of it."""

from typing import Any, ClassVar


class Refusal(Exception):
    """A rule said no: nothing was changed, and the person can be told why.

    `code` is stable and names the refusal in tests, audit and templates;
    `params` fill the sentence shown to the person. A retryable refusal is one
    where the same request may succeed later without anything being mended.
    """

    code: ClassVar[str] = "refused"
    retryable: ClassVar[bool] = False

    def __init__(self, **params: Any) -> None:
        self.params = params
        super().__init__(f"{self.code} {params}" if params else self.code)
