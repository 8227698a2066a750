"""/csvstats, /csvlist and /csvdelete: the stock by pool and file, and a file that goes."""

import pytest
from django.utils import timezone

from accounts.models import AuditEntry
from botrunner.router import COMMANDS
from numbers.models import Batch, BatchJob, Lease, Number
from tests.factories import make_member
from tests.factories.numbers import make_batch, make_lease, make_pool
from tests.factories.staff import make_staff_member, make_staff_user
from tests.phone import Phone
from tests.queries import at_most

pytestmark = pytest.mark.django_db
LEVELS = ["", "Junior", "Senior", "Chief"]
MARKS = dict.fromkeys(map(ord, "\u2066\u2067\u2068\u2069\u200e"))


def make_phone(group="Chief", **fields):
    return Phone(make_staff_member(group, **fields))


def plain(text):
    return text.translate(MARKS)


def make_named(pool, name, free=2, **fields):
    batch = make_batch(pool, free=free)
    Batch.objects.filter(pk=batch.pk).update(original_name=name, **fields)
    batch.refresh_from_db()
    return batch


# What there is


def test_pools_are_told_with_all_that_is_in_them():
    pool = make_pool(name="Emirates", country="AE", free=3)
    make_named(pool, "second.csv", free=7)
    Number.objects.filter(pk__in=pool.numbers.values("pk")[:2]).update(state="used")
    make_lease(pool=pool)
    make_pool(name="Empty")

    text = plain(make_phone().say("/csvstats"))

    whole, emirates, empty = text.split("\n\n")[1:4]
    assert whole == "Numbers: 10, free: 7, in use: 1\nUsed: 2 (20.0\u00a0%)"
    today = timezone.now()
    assert emirates.splitlines() == [
        "🇦🇪 <b>Emirates</b>",
        "Numbers: 10, free: 7, in use: 1",
        "Used: 2 (20.0\u00a0%)",
        f"Last leased: {today.day} {today:%B %Y}",
        "2 files",
    ]
    assert empty.splitlines()[1:] == ["Numbers: 0, free: 0, in use: 0", "Never leased", "0 files"]


def test_a_file_is_told_with_its_pool_its_figures_and_who_brought_it():
    pool = make_pool(name="Emirates", country="AE")
    make_named(pool, "spring.csv", free=4, uploader_label="vera")

    text = plain(make_phone().say("/csvlist"))

    assert "1. <b>spring.csv</b>\nPool: 🇦🇪 Emirates\nNumbers: 4, free: 4, in use: 0" in text
    assert "Never leased" in text and "by vera" in text


def test_a_pool_leads_to_its_files_and_a_file_to_its_figures():
    pool, other = make_pool(name="Emirates"), make_pool(name="France")
    make_named(pool, "a.csv", accepted_count=2, rejected_count=5, duplicate_count=3)
    make_named(other, "b.csv")
    phone = make_phone()
    phone.say("/csvstats")

    files = phone.press("Emirates")
    assert "a.csv" in files and "b.csv" not in files
    card = plain(phone.press("a.csv"))

    assert "Lines accepted: 2, rejected: 5\nDuplicates among them: 3" in card
    assert "b.csv" not in phone.press("Back")
    assert "Numbers by pool" in phone.press("Back")


def test_hundreds_of_files_are_paged_in_few_queries():
    pool = make_pool()
    for n in range(23):
        make_named(pool, f"file-{n:03}.csv", free=1)
    phone = make_phone()
    shown, text = [], phone.say("/csvlist")
    while True:
        shown += [line for line in plain(text).splitlines() if ".csv" in line]
        if not any("Next" in label for label in phone.buttons):
            break
        text = phone.press("Next")

    assert shown == [f"{n + 1}. <b>file-{22 - n:03}.csv</b>" for n in range(23)]
    phone.press("Previous")
    with at_most(14):
        phone.press("Previous")


def test_hundreds_of_pools_are_paged():
    for n in range(12):
        make_pool(name=f"Pool {n:02}")
    phone = make_phone()
    phone.say("/csvstats")

    assert sum("Pool " in label for label in phone.buttons) == 5
    phone.press("Next")
    phone.press("Next")
    assert [label for label in map(plain, phone.buttons) if "Pool " in label] == [
        "🌐 Pool 10",
        "🌐 Pool 11",
    ]


def test_what_is_being_done_with_a_file_is_told():
    pool = make_pool()
    disabled, busy = make_named(pool, "a.csv"), make_named(pool, "b.csv")
    Batch.objects.filter(pk=disabled.pk).update(state="disabled")
    now = timezone.now()
    BatchJob.objects.create(batch=busy, kind="load", total=9, started_at=now, beat_at=now)
    make_named(pool, "gone.csv", state="deleted")

    text = plain(make_phone().say("/csvlist"))

    assert "a.csv</b>\n⏸ Disabled" in text and "b.csv</b>\n⏳ Being imported" in text
    assert "gone.csv" not in text


def test_without_the_right_to_leases_nothing_is_said_of_when():
    from django.contrib.auth.models import Permission

    user = make_staff_user()
    user.user_permissions.add(Permission.objects.get(codename="view_batch"))
    pool = make_pool(free=1)
    make_lease(pool=pool)
    phone = Phone(make_member(staff_user=user))

    for command in ("/csvstats", "/csvlist"):
        text = phone.say(command)
        assert "Numbers: 1" in text and "leased" not in text


def test_hostile_and_long_names_are_text_and_fit_one_message():
    pool = make_pool(name="<b>\u202e" + "p" * 76)
    for n in range(5):
        make_named(pool, f"{n}<i>\u202e" + "é" * 190, uploader_label="<u>" + "x" * 147)
    phone = make_phone()

    for text in (phone.say("/csvlist"), phone.press("5."), phone.press("Delete")):
        assert "<i>" not in text and "\u202e" not in text and len(text) < 4096


# Who may


@pytest.mark.parametrize(
    ("name", "lowest"), [("csvstats", "Junior"), ("csvlist", "Junior"), ("csvdelete", "Chief")]
)
def test_a_command_is_there_from_its_group_on(name, lowest):
    make_pool(name="Emirates", free=1)

    heard = []
    for group in LEVELS:
        phone = make_phone(group) if group else Phone(make_member())
        is_answered = "umbers" in phone.say(f"/{name}")
        assert is_answered == (f"/{name}" in phone.say("/help"))
        heard.append(is_answered)

    start = LEVELS.index(lowest)
    assert heard == [False] * start + [True] * (4 - start)


def test_none_is_given_in_a_group():
    commands = {command.name: command for command in COMMANDS}

    assert not any(commands[name].in_groups for name in ("csvstats", "csvlist", "csvdelete"))


def test_a_card_is_worth_nothing_once_the_right_is_lost():
    batch = make_named(make_pool(), "a.csv")
    phone = make_phone()
    phone.say("/csvdelete a.csv")
    phone.member.staff_user.groups.clear()

    phone.press("Yes, delete")

    assert Batch.objects.get().pk == batch.pk


def test_a_junior_sees_no_button_to_delete():
    make_named(make_pool(), "a.csv")
    phone = make_phone("Junior")
    phone.say("/csvlist")

    phone.press("a.csv")

    assert not any("Delete" in label for label in phone.buttons)


# Deletion


def test_a_file_is_deleted_by_its_name_after_a_card():
    pool = make_pool(name="Emirates")
    make_named(pool, "Spring.csv", free=3)
    make_named(pool, "other.csv", free=1)
    phone = make_phone()

    card = plain(phone.say("/csvdelete spring.csv"))
    assert "Delete this file" in card and "Spring.csv" in card and "Numbers: 3" in card
    assert Batch.objects.count() == 2
    yes = phone.data_of("Yes, delete")
    assert "3 numbers left the stock" in phone.press_data(yes)

    assert [batch.original_name for batch in Batch.objects.all()] == ["other.csv"]
    entry = AuditEntry.objects.get(action="numbers.delete_batch")
    assert (entry.origin, entry.target) == ("bot", "Emirates: Spring.csv")
    assert "not in stock any more" in phone.press_data(yes)


def test_a_file_is_deleted_by_the_number_of_its_batch():
    batch = make_named(make_pool(), "a.csv")

    assert "a.csv" in make_phone().say(f"/csvdelete {batch.pk}")


def test_alone_it_lists_the_files_to_choose_from():
    make_named(make_pool(), "a.csv")
    phone = make_phone()

    assert "Which file?" in phone.say("/csvdelete")
    assert "Delete this file" in phone.press("a.csv")
    assert "Nothing was deleted" in phone.press("Cancel")
    assert Batch.objects.exists()


def test_a_name_that_is_not_there_or_not_the_only_one_leads_to_the_list():
    pool = make_pool()
    for _ in range(2):
        make_named(pool, "twin.csv")
    make_named(pool, "single.csv")
    phone = make_phone()

    text = phone.say("/csvdelete twin.csv")
    assert "Several files" in text and "single.csv" not in text
    text = plain(phone.say("/csvdelete <b>nothing"))
    assert "called &lt;b&gt;nothing" in text and "single.csv" in text


def test_a_file_in_use_is_refused_and_stays():
    pool = make_pool(free=2)
    make_lease(pool=pool)
    phone = make_phone()
    phone.say(f"/csvdelete {pool.batches.get().pk}")
    assert "Members hold some of its numbers" in phone.text

    assert "Members hold 1 of its numbers" in phone.press("Yes, delete")
    assert (Batch.objects.count(), Lease.objects.count()) == (1, 1)


def test_a_file_that_is_being_imported_is_refused():
    batch, now = make_named(make_pool(), "a.csv"), timezone.now()
    BatchJob.objects.create(batch=batch, kind="load", total=9, started_at=now, beat_at=now)
    phone = make_phone()
    phone.say("/csvdelete a.csv")

    assert "being imported or deleted" in phone.press("Yes, delete")


def test_a_large_file_goes_in_the_background_once(monkeypatch):
    monkeypatch.setattr("botrunner.screens.batch_delete.REMOVED_AT_ONCE_MAX", 2)
    make_named(make_pool(), "a.csv", free=3)
    phone = make_phone()
    assert "in the background" in phone.say("/csvdelete a.csv")
    yes = phone.data_of("Yes, delete")

    assert "You are told when it is over" in phone.press_data(yes)
    assert "being imported or deleted" in phone.press_data(yes)
    job = BatchJob.objects.get()
    assert (job.kind, job.actor_origin) == ("remove", "bot")


@pytest.mark.parametrize("language", ["fr", "ru", "ar"])
def test_every_screen_speaks_the_members_language(language):
    make_named(make_pool(free=1), "a.csv")
    phone = make_phone(language=language)

    for text in (phone.say("/csvstats"), phone.say("/csvlist"), phone.say("/csvdelete a.csv")):
        assert not any(word in text for word in ("Numbers", "Imported", "leased"))
