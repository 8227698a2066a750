import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import AuditEntry
from tests.factories import make_member
from vip.models import Grant, GrantOrder
from vip.selectors import vip_until

pytestmark = pytest.mark.django_db


def run(*words) -> str:
    out = StringIO()
    call_command("grant_vip", *words, stdout=out)
    return out.getvalue().strip()


def test_named_members_are_given_vip():
    ann, bob = make_member(username="ann"), make_member()
    make_member()

    line = run("--member=@ann", f"--member={bob.telegram_id}", "--days=30", "--reason=Thanks")

    assert line == "2 members given 30 days, 0 skipped"
    assert set(Grant.objects.values_list("membership", flat=True)) == {ann.pk, bob.pk}
    assert AuditEntry.objects.get().origin == "command"


def test_all_members_are_given_vip():
    for _ in range(3):
        make_member()

    assert run("--all", "--days=1", "--reason=Birthday") == "3 members given 1 days, 0 skipped"


def test_very_many_are_given_in_one_run_with_a_line_that_tells_how_far_it_is(chunks_of_three):
    for _ in range(8):
        make_member()
    progress = StringIO()

    out = StringIO()
    words = ["--all", "--days=1", "--reason=Birthday"]
    call_command("grant_vip", *words, stdout=out, stderr=progress)

    assert out.getvalue().strip() == "8 members given 1 days, 0 skipped"
    assert [line.split(" members")[0] for line in progress.getvalue().split("\r")] == [
        "3 of 8",
        "6 of 8",
        "8 of 8",
    ]


def test_members_of_a_kind_are_given_vip():
    for _ in range(2):
        make_member()

    assert run("--kind=never", "--days=1", "--reason=x") == "2 members given 1 days, 0 skipped"
    assert run("--kind=vip", "--days=1", "--reason=y") == "2 members given 1 days, 0 skipped"


def test_a_dry_run_counts_and_changes_nothing():
    make_member()
    make_member(banned_at="2026-01-01T00:00:00Z")

    result = json.loads(run("--all", "--days=1", "--reason=Birthday", "--dry-run", "--json"))

    assert result == {"days": 1, "granted": 1, "skipped": 1, "dry_run": True}
    assert not GrantOrder.objects.exists()


def test_a_key_gives_once():
    member = make_member()
    words = ["--all", "--days=1", "--reason=Birthday", "--key=birthday-2026"]
    run(*words)
    until = vip_until(member.pk)

    run(*words)

    assert vip_until(member.pk) == until


@pytest.mark.parametrize(
    "words",
    [
        ["--member=@nobody", "--days=1", "--reason=x"],
        ["--all", "--days=0", "--reason=x"],
        ["--all", "--days=0", "--reason=x", "--dry-run"],
        ["--all", "--days=1", "--reason= "],
        ["--all", "--days=x", "--reason=x"],
        ["--days=1", "--reason=x"],
        ["--all", "--member=@ann", "--days=1", "--reason=x"],
        ["--all", "--days=1"],
    ],
)
def test_bad_input_fails_and_changes_nothing(words):
    make_member(username="ann")

    with pytest.raises(CommandError):
        run(*words)

    assert not Grant.objects.exists()


def test_a_refusal_is_said_in_a_sentence():
    with pytest.raises(CommandError, match="Nobody called @nobody has met the bot."):
        call_command("grant_vip", "--member=@nobody", "--days=3", "--reason=Thanks")
