"""/send: to whom, how much, a card to confirm, a receipt to both."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from accounts.selectors import get_member
from botrunner import drafts, prompts
from botrunner.addressees import read_addressee
from botrunner.callbacks import new_operation_id
from botrunner.keyboards import back_row, home_row
from botrunner.replies import Button, Keyboard, Reply, render
from botrunner.requests import Request
from botrunner.texts import format_number
from points.errors import NotEnoughPoints, ReceiverFrozen, SelfTransfer, WalletFrozen
from points.services import NOTE_LENGTH_MAX, check_age, parse_amount, split_amount, transfer
from project.words import clean_words

if TYPE_CHECKING:
    from accounts.models import Member

QUICK_AMOUNTS = (10, 50, 100)


def show(request: Request) -> Reply:
    """The command with or without its words, and the menu's button."""
    receiver, words = read_addressee(request, amount_follows=True)
    if receiver is None:
        return _ask_whom(request)
    if not words:
        return _ask_amount(request, receiver)
    amount, note = split_amount(" ".join(words))
    return _card(request, receiver, parse_amount(amount), note)


def show_amounts(request: Request) -> Reply:
    return _ask_amount(request, get_member(int(request.args[0])))


def ask_other_amount(request: Request) -> Reply:
    receiver = get_member(int(request.args[0]))
    prompts.ask(request, "send.amount", receiver.pk)
    text = render("send/amount", receiver=receiver, balance=request.member.wallet.balance)
    return Reply(text=text, keyboard=[back_row("send.amounts", receiver.pk)])


def read_amount(request: Request) -> Reply:
    """The answer to the question how much; words after the number are a note."""
    amount, note = split_amount(request.text)
    return _card(request, get_member(int(request.args[0])), parse_amount(amount), note)


def show_card(request: Request) -> Reply:
    return _card(request, get_member(int(request.args[0])), parse_amount(request.args[1]), "")


def confirm(request: Request) -> Reply:
    receiver_id, amount, operation_id = (
        int(request.args[0]),
        parse_amount(request.args[1]),
        request.args[2],
    )
    note = drafts.read(request, operation_id)
    receipt = transfer(
        sender_id=request.member.pk,
        receiver_id=receiver_id,
        amount=amount,
        key=request.operation_key(operation_id),
        note=note,
        now=request.now,
    )
    text = render(
        "send/receipt",
        sender=request.member,
        receiver=get_member(receiver_id),
        amount=amount,
        note=note,
        balance=receipt.sent.balance_after,
        is_private=request.is_private,
    )
    keyboard = [[Button(_("🧾 History"), "history"), Button(_("💸 Send more"), "send")], home_row()]
    return Reply(text=text, keyboard=keyboard if request.is_private else ())


def cancel(request: Request) -> Reply:
    return Reply(text=render("send/cancelled"), keyboard=[home_row()] if request.is_private else ())


def _ask_whom(request: Request) -> Reply:
    if not request.is_private:
        return Reply(text=render("send/usage"))
    _check_sender(request)
    prompts.ask(request, "send.to")
    text = render("send/whom", balance=request.member.wallet.balance)
    return Reply(text=text, keyboard=[home_row()])


def _ask_amount(request: Request, receiver: "Member") -> Reply:
    _check_people(request, receiver)
    if not request.is_private:
        return Reply(text=render("send/usage"))
    balance = request.member.wallet.balance
    quick = [
        Button(format_number(amount), "send.card", (receiver.pk, amount))
        for amount in QUICK_AMOUNTS
        if amount <= balance
    ]
    other = Button(_("✏️ Other amount"), "send.amount", (receiver.pk,))
    # A number typed now is understood without pressing anything.
    prompts.ask(request, "send.amount", receiver.pk)
    text = render("send/amount", receiver=receiver, balance=balance)
    return Reply(text=text, keyboard=[quick, [other], back_row("send")])


def _card(request: Request, receiver: "Member", amount: int, note: str) -> Reply:
    _check_people(request, receiver)
    balance = request.member.wallet.balance
    if balance < amount:
        raise NotEnoughPoints(balance=balance, price=amount, missing=amount - balance)
    operation_id = new_operation_id()
    note = clean_words(note, NOTE_LENGTH_MAX)
    drafts.keep(request, operation_id, note)
    text = render(
        "send/card",
        receiver=receiver,
        amount=amount,
        note=note,
        balance=balance,
        balance_after=balance - amount,
    )
    return Reply(text=text, keyboard=_confirm_rows(request, receiver, amount, operation_id))


def _confirm_rows(request: Request, receiver: "Member", amount: int, operation_id: str) -> Keyboard:
    confirm = Button(_("✅ Confirm"), "send.go", (receiver.pk, amount, operation_id))
    rows = [[confirm, Button(_("✖️ Cancel"), "send.cancel")]]
    return [*rows, back_row("send.amounts", receiver.pk)] if request.is_private else rows


def _check_people(request: Request, receiver: "Member") -> None:
    """What the service will refuse, said before the card is drawn."""
    if receiver.pk == request.member.pk:
        raise SelfTransfer()
    _check_sender(request)
    if receiver.is_frozen or receiver.anonymised_at is not None:
        raise ReceiverFrozen(name=receiver.display_name)


def _check_sender(request: Request) -> None:
    if request.member.is_frozen:
        raise WalletFrozen()
    check_age(request.member.joined_at, request.now)
