"""/csvdelete: a file of numbers leaves the stock, after a card that says which."""

from django.utils.translation import gettext as _

from accounts.services import bot_actor
from botrunner.errors import NotAllowed
from botrunner.keyboards import home_row
from botrunner.replies import Button, Reply, render
from botrunner.requests import Request
from botrunner.screens.batches import DELETE_PERMISSION, PAGE_SIZE, file_buttons, turn
from numbers.selectors import (
    find_batch_use,
    flag_of,
    list_batch_uses,
    list_batches_named,
)
from numbers.services import REMOVED_AT_ONCE_MAX, begin_removal, delete_batch


def show(request: Request) -> Reply:
    """`/csvdelete NAME`, or the number of the batch; alone it lists the files to choose from."""
    _check(request)
    if request.is_button or not request.text.strip():
        return _choice(request)
    found = list_batches_named(request.text.strip(), PAGE_SIZE)
    if len(found) == 1:
        return _card(request, found[0].pk)
    return _choice(request, wanted=request.text.strip(), ids=[batch.pk for batch in found])


def show_card(request: Request) -> Reply:
    _check(request)
    return _card(request, int(request.args[0]))


def confirm(request: Request) -> Reply:
    """Pressed again it finds the file gone, and says so."""
    _check(request)
    row = find_batch_use(int(request.args[0]), request.now)
    if row is None:
        return Reply(text=render("numbers/stock/gone"), keyboard=[_list_row()])
    batch, actor = row.batch, bot_actor(request.member)
    if row.use.total > REMOVED_AT_ONCE_MAX:
        begin_removal(batch_id=batch.pk, is_undo=False, actor=actor, now=request.now)
        count = None
    else:
        count = delete_batch(batch_id=batch.pk, actor=actor, now=request.now)
    text = render("numbers/stock/deleted", batch=batch, count=count)
    return Reply(text=text, keyboard=[_list_row()])


def cancel(request: Request) -> Reply:
    return Reply(text=render("numbers/stock/kept"), keyboard=[_list_row()])


def _choice(request: Request, *, wanted: str = "", ids: list[int] | None = None) -> Reply:
    """All files a page at a time, or those of the name that was given."""
    page = int(request.args[0]) if request.args else 0
    if ids:
        found = (find_batch_use(pk, request.now) for pk in ids)
        rows, is_more = [row for row in found if row], False
    else:
        rows, is_more = list_batch_uses(request.now, page=page, page_size=PAGE_SIZE)
    if page and not rows:
        request.args = ()
        return _choice(request)
    text = render(
        "numbers/stock/choice",
        rows=[(row, flag_of(row.batch.pool.country)) for row in rows],
        first=page * PAGE_SIZE,
        wanted=wanted,
        is_found=bool(ids),
    )
    buttons = file_buttons(rows, page, "csv.delete")
    turning = turn("csv.choose", (), page, is_more=is_more)
    return Reply(text=text, keyboard=[*buttons, turning, home_row()])


def _card(request: Request, batch_id: int) -> Reply:
    row = find_batch_use(batch_id, request.now)
    if row is None:
        return Reply(text=render("numbers/stock/gone"), keyboard=[_list_row()])
    text = render(
        "numbers/stock/delete_card",
        row=row,
        flag=flag_of(row.batch.pool.country),
        is_large=row.use.total > REMOVED_AT_ONCE_MAX,
    )
    choice = [
        Button(_("🗑 Yes, delete"), "csv.delete.go", (batch_id,)),
        Button(_("✖️ Cancel"), "csv.delete.cancel"),
    ]
    return Reply(text=text, keyboard=[choice])


def _list_row() -> list[Button]:
    return [Button(_("📄 Files"), "csv.list"), *home_row()]


def _check(request: Request) -> None:
    if not request.may(DELETE_PERMISSION):
        raise NotAllowed()
