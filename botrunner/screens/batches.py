"""/csvstats and /csvlist: the stock of numbers, by pool and by file, for staff."""

from django.utils.translation import gettext as _

from botrunner.errors import NotAllowed
from botrunner.keyboards import back_row, home_row
from botrunner.replies import Button, Keyboard, Reply, render
from botrunner.requests import Request
from botrunner.texts import format_name
from numbers.selectors import (
    BatchUse,
    find_batch_use,
    find_pool,
    flag_of,
    list_batch_uses,
    list_pool_uses,
    read_use,
)

PERMISSION, DELETE_PERMISSION = "numbers.view_batch", "numbers.delete_batch"
# When a number was leased says something of its holders.
LEASES_PERMISSION = "numbers.view_lease"
PAGE_SIZE = 5
# Of all pools.
ALL = 0


def show_pools(request: Request) -> Reply:
    """/csvstats; its button's argument is the page."""
    _check(request)
    page = _number(request, 0)
    pools, is_more = list_pool_uses(request.now, page=page, page_size=PAGE_SIZE)
    if page and not pools:
        request.args = ()
        return show_pools(request)
    text = render(
        "numbers/stock/pools",
        pools=[(row, flag_of(row.pool.country)) for row in pools],
        whole=read_use(request.now)[0],
        shows_leases=request.may(LEASES_PERMISSION),
    )
    rows = [
        [
            Button(
                f"{flag_of(row.pool.country)} {format_name(row.pool.name)}",
                "csv.files",
                (row.pool.pk, 0),
            )
        ]
        for row in pools
    ]
    turning = turn("csv.stats", (), page, is_more=is_more)
    return Reply(text=text, keyboard=[*rows, turning, home_row()])


def show_all_files(request: Request) -> Reply:
    """/csvlist"""
    request.args = (str(ALL), "0")
    return show_files(request)


def show_files(request: Request) -> Reply:
    """Its arguments: a pool or ALL, and the page."""
    _check(request)
    pool_id, page = _number(request, 0), _number(request, 1)
    pool = find_pool(pool_id, "") if pool_id else None
    rows, is_more = list_batch_uses(
        request.now, pool_id=pool_id or None, page=page, page_size=PAGE_SIZE
    )
    if page and not rows:
        request.args = (str(pool_id), "0")
        return show_files(request)
    text = render(
        "numbers/stock/files",
        pool=pool,
        flag=flag_of(pool.country) if pool else "",
        rows=[(row, flag_of(row.batch.pool.country)) for row in rows],
        first=page * PAGE_SIZE,
        shows_leases=request.may(LEASES_PERMISSION),
    )
    buttons = file_buttons(rows, page, "csv.file", pool_id, page)
    turning = turn("csv.files", (pool_id,), page, is_more=is_more)
    last = back_row("csv.stats") if pool_id else home_row()
    return Reply(text=text, keyboard=[*buttons, turning, last])


def show_file(request: Request) -> Reply:
    """Its arguments: the batch, and the pool and page of the list it was chosen from."""
    _check(request)
    row = find_batch_use(_number(request, 0), request.now)
    back = back_row("csv.files", _number(request, 1), _number(request, 2))
    if row is None:
        return Reply(text=render("numbers/stock/gone"), keyboard=[back])
    text = render(
        "numbers/stock/file",
        row=row,
        flag=flag_of(row.batch.pool.country),
        shows_leases=request.may(LEASES_PERMISSION),
    )
    delete = [Button(_("🗑 Delete"), "csv.delete", (row.batch.pk,))]
    return Reply(text=text, keyboard=[delete if request.may(DELETE_PERMISSION) else [], back])


def file_buttons(rows: list[BatchUse], page: int, route: str, *args: int) -> Keyboard:
    """Numbered as in the text: several files may have one name."""
    return [
        [
            Button(
                f"{place}. {format_name(row.batch.original_name)}",
                route,
                (row.batch.pk, *args),
            )
        ]
        for place, row in enumerate(rows, start=page * PAGE_SIZE + 1)
    ]


def turn(route: str, args: tuple[int, ...], page: int, *, is_more: bool) -> list[Button]:
    back = [Button(_("◀️ Previous"), route, (*args, page - 1))] if page else []
    return [*back, Button(_("Next ▶️"), route, (*args, page + 1))] if is_more else back


def _number(request: Request, at: int) -> int:
    """Of a button; a command has none."""
    return int(request.args[at]) if len(request.args) > at else 0


def _check(request: Request) -> None:
    if not request.may(PERMISSION):
        raise NotAllowed()
