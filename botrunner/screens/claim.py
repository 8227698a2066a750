"""/claim CODE: what an older bot kept for the member becomes his."""

from django.utils.translation import gettext as _

from accounts.services import find_claim_code, list_held
from botrunner import drafts
from botrunner.callbacks import new_operation_id
from botrunner.keyboards import home_row
from botrunner.legacy.claims import claim_by_code
from botrunner.legacy.summary import add_up
from botrunner.replies import Button, Reply, render
from botrunner.requests import Request

# So long a code is typed at the most, with spaces in it.
TYPED_MAX = 64


def show(request: Request) -> Reply:
    """A card that says what the code brings; alone, what such a code is."""
    if not request.words:
        return Reply(text=render("claim/usage"), keyboard=[home_row()])
    code = "".join(request.words)[:TYPED_MAX]
    found = find_claim_code(member_id=request.member.pk, code=code, now=request.now)
    if found is None:
        return Reply(text=render("claim/wrong"), keyboard=[home_row()])
    if found.used_at is not None:
        return Reply(text=render("claim/used"), keyboard=_after())
    operation_id = new_operation_id()
    # The button holds no number of a code: it would be anybody's who changes it.
    drafts.keep(request, operation_id, str(found.pk))
    summary = add_up(list_held(found.account.legacy_id), request.now)
    choice = [
        Button(_("✅ Yes, it is mine"), "claim.go", (operation_id,)),
        Button(_("✖️ Cancel"), "claim.cancel"),
    ]
    text = render("claim/card", summary=summary, account=found.account)
    return Reply(text=text, keyboard=[choice])


def confirm(request: Request) -> Reply:
    """Pressed again it shows the same receipt."""
    code_id = drafts.read(request, request.args[0])
    if not code_id:
        return Reply(text=render("claim/gone"), keyboard=[home_row()])
    given = claim_by_code(code_id=int(code_id), member_id=request.member.pk, now=request.now)
    return Reply(text=render("claim/done", summary=add_up(given, request.now)), keyboard=_after())


def cancel(request: Request) -> Reply:
    return Reply(text=render("claim/cancelled"), keyboard=[home_row()])


def _after() -> list[list[Button]]:
    return [[Button(_("👤 Profile"), "profile"), Button(_("🧾 History"), "history")], home_row()]
