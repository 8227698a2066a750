"""A document sent by staff becomes a batch of numbers: which pool, whose right, and off it goes."""

from functools import partial

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from botrunner.keyboards import home_row
from botrunner.models import SentFile
from botrunner.prompts import ask
from botrunner.replies import Button, Reply, render
from botrunner.requests import Request
from botrunner.sent_files import FILE_BYTES_MAX, wake_file_worker
from botrunner.texts import format_name
from numbers.selectors import flag_of, list_pools
from numbers.services import draft_pool
from project.words import clean_words

PERMISSION, NEW_POOL_PERMISSION = "numbers.import_numbers", "numbers.add_pool"
ASK_NAME, ASK_COUNTRY = "import.name", "import.country"
PAGE_SIZE = 8
# Documents too, but none of ours.
OTHER_KINDS = ("image/", "video/", "audio/")


def is_offered(request: Request) -> bool:
    """A document, in private, from somebody who may import numbers."""
    document = request.payload.get("document")
    if not document or not request.is_private or not request.may(PERMISSION):
        return False
    return not (document.get("mime_type") or "").startswith(OTHER_KINDS)


def receive(request: Request) -> Reply:
    document = request.payload["document"]
    if document.get("file_size", 0) > FILE_BYTES_MAX:
        return Reply(text=render("numbers/file/fault", fault="too_large"), keyboard=[home_row()])
    sent = SentFile.objects.create(
        member=request.member,
        file_id=document["file_id"],
        name=clean_words(document.get("file_name") or "", 200) or "numbers.csv",
        beat_at=request.now,
    )
    return _pools(request, sent, page=0)


def show_pools(request: Request) -> Reply:
    sent = _find(request)
    return _pools(request, sent, page=int(request.args[1])) if sent else _gone()


def choose(request: Request) -> Reply:
    """A pool that is there."""
    sent = _find(request)
    pool = next((pool for pool in list_pools() if pool.pk == int(request.args[1])), None)
    if sent is None or pool is None:
        return _gone()
    sent.pool_id, sent.pool_name, sent.country = pool.pk, pool.name, pool.country
    return _card(sent)


def ask_name(request: Request) -> Reply:
    sent = _find(request)
    if sent is None or not request.may(NEW_POOL_PERMISSION):
        return _gone()
    ask(request, ASK_NAME, sent.pk)
    return _question("name", sent)


def read_name(request: Request) -> Reply:
    sent, name = _find(request), clean_words(request.text, 81)
    if sent is None or not request.may(NEW_POOL_PERMISSION):
        return _gone()
    try:
        draft_pool(name, "")
    except ValidationError:
        ask(request, ASK_NAME, sent.pk)
        return _question("name", sent, is_refused=True)
    sent.pool_id, sent.pool_name, sent.country = None, name, ""
    sent.save(update_fields=["pool_id", "pool_name", "country"])
    ask(request, ASK_COUNTRY, sent.pk)
    return _question("country", sent)


def read_country(request: Request) -> Reply:
    """Two letters; a button says that it is any country."""
    sent, country = _find(request), "" if request.is_button else request.text.strip().upper()
    if sent is None:
        return _gone()
    try:
        draft_pool(sent.pool_name, country)
        is_known = bool(country) or request.is_button
    except ValidationError:
        is_known = False
    if not is_known:
        ask(request, ASK_COUNTRY, sent.pk)
        return _question("country", sent, is_refused=True)
    sent.country = country
    return _card(sent)


def confirm(request: Request) -> Reply:
    """The declaration of rights, and the start. Pressed again it shows how far it has come."""
    sent = _find(request, is_asked=False)
    if sent is None or not (sent.pool_name and request.may(PERMISSION)):
        return _gone()
    if sent.state == SentFile.State.ASKED:
        sent.state = SentFile.State.CONFIRMED
        sent.confirmed_at = sent.beat_at = request.now
        sent.message_id = request.message_id
        sent.save()
        transaction.on_commit(partial(wake_file_worker, sent.pk))
    return Reply(text=render("numbers/file/progress", sent=sent, step="fetching"), keyboard=[])


def cancel(request: Request) -> Reply:
    sent = _find(request)
    if sent is not None:
        sent.delete()
    return Reply(text=render("numbers/file/cancelled"), keyboard=[home_row()])


def _find(request: Request, *, is_asked: bool = True) -> SentFile | None:
    found = SentFile.objects.select_for_update(of=("self",))
    if is_asked:
        found = found.filter(state=SentFile.State.ASKED)
    return found.filter(pk=int(request.args[0]), member=request.member).first()


def _gone() -> Reply:
    return Reply(text=render("numbers/file/gone"), keyboard=[home_row()])


def _pools(request: Request, sent: SentFile, *, page: int) -> Reply:
    pools = list_pools()
    last_page = max((len(pools) - 1) // PAGE_SIZE, 0)
    page = min(max(page, 0), last_page)
    shown = pools[page * PAGE_SIZE : (page + 1) * PAGE_SIZE]
    rows = [
        [
            Button(
                f"{flag_of(pool.country)} {format_name(pool.name)}",
                "import.pool",
                (sent.pk, pool.pk),
            )
        ]
        for pool in shown
    ]
    turning = []
    if page > 0:
        turning.append(Button(_("◀️ Previous"), "import.pools", (sent.pk, page - 1)))
    if page < last_page:
        turning.append(Button(_("Next ▶️"), "import.pools", (sent.pk, page + 1)))
    new = [Button(_("➕ New pool"), "import.new", (sent.pk,))]
    last = [new] if request.may(NEW_POOL_PERMISSION) else []
    text = render("numbers/file/pools", sent=sent, has_pools=bool(pools))
    return Reply(text=text, keyboard=[*rows, turning, *last, [_cancel_button(sent)]])


def _question(what: str, sent: SentFile, *, is_refused: bool = False) -> Reply:
    rows = [[_cancel_button(sent)]]
    if what == "country":
        rows.insert(0, [Button(_("🌐 Any country"), "import.anywhere", (sent.pk,))])
    text = render("numbers/file/question", what=what, sent=sent, is_refused=is_refused)
    return Reply(text=text, keyboard=rows)


def _card(sent: SentFile) -> Reply:
    sent.save(update_fields=["pool_id", "pool_name", "country"])
    text = render("numbers/file/card", sent=sent, flag=flag_of(sent.country))
    choice = [Button(_("✅ Yes, import"), "import.go", (sent.pk,)), _cancel_button(sent)]
    return Reply(text=text, keyboard=[choice])


def _cancel_button(sent: SentFile) -> Button:
    return Button(_("✖️ Cancel"), "import.cancel", (sent.pk,))
