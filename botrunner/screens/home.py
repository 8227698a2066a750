"""The first screen, with a way to everything else."""

from botrunner.replies import Reply, render
from botrunner.requests import Request


def start(request: Request) -> Reply:
    return home(request)


def home(request: Request) -> Reply:
    return Reply(text=render("home/home", member=request.member))


def unknown(request: Request) -> Reply:
    """A text or command we have no answer to."""
    return Reply(text=render("home/unknown"))


def private_only(request: Request) -> Reply:
    """A command that shows private things, given in a group."""
    return Reply(text=render("home/private_only"))
