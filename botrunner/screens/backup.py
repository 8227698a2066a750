"""/backup: orders a backup, and says how old the last good one is."""

from accounts.services import bot_actor, order_backup
from botrunner.errors import NotAllowed
from botrunner.keyboards import back_row
from botrunner.replies import Reply, render
from botrunner.requests import Request
from project.backups.runs import newest_good

PERMISSION = "project.make_backup"


def show(request: Request) -> Reply:
    if not request.may(PERMISSION):
        raise NotAllowed()
    order_backup(actor=bot_actor(request.member), member=request.member, now=request.now)
    last = newest_good(request.now)
    return Reply(text=render("backup/ordered", last=last), keyboard=[back_row("staff")])
