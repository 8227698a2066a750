"""What is said in groups, when it is no command."""

from botrunner.replies import NOTHING, Reply
from botrunner.requests import Request
from botrunner.screens import level, vouches


def hear(request: Request) -> Reply:
    """A vouch where a photo names a provider, and XP; most messages are answered with nothing."""
    # The vouch first: it locks two wallets, and all that are locked are locked in one call.
    texts = [vouches.hear(request), level.earn(request)]
    return Reply(text="\n\n".join(filter(None, texts))) if any(texts) else NOTHING
