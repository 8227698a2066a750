from datetime import timedelta
from itertools import count

import pytest
from django.utils import timezone

from accounts.models import AuditEntry, Chat
from accounts.services import Actor
from botrunner.notices import NOTICES
from points.models import GroupMessage, PointsSettings, Progress, Vouch, VouchProvider
from points.selectors import balance_of
from points.services import give_vouch, mark_providers, unmark_provider
from tests.botrunner.test_every_screen import HOSTILE, check_text
from tests.factories import make_member
from tests.factories.vouches import GROUP, make_photo, make_provider
from tests.phone import Phone
from tests.queries import at_most

pytestmark = pytest.mark.django_db

_files = count(1)


@pytest.fixture
def pia():
    return make_provider(first_name="Pia", username="pia", headline="Bikes, mended").member


@pytest.fixture
def ann(pia):
    return Phone(make_member(first_name="Ann", username="ann"))


def mention(caption: str, name: str) -> dict:
    """As Telegram marks it: counted in UTF-16."""
    offset = len(caption[: caption.index(name)].encode("utf-16-le")) // 2
    return {"type": "mention", "offset": offset, "length": len(name)}


def show(phone: Phone, caption: str, *names: str, file: str = "", **message) -> str:
    """Sends a picture to the group; returns what the bot says about it."""
    group = phone.in_group(GROUP) if phone.chat["type"] == "private" else phone
    file = file or str(next(_files))
    body = {
        "photo": [{"file_unique_id": f"{file}{size}"} for size in ("small", "large")],
        "caption": caption,
        "caption_entities": [mention(caption, name) for name in names],
        **message,
    }
    return group.say("", **body)


def plain(text: str) -> str:
    return text.replace("\u2068", "").replace("\u2069", "")


def test_a_photo_that_names_a_provider_is_a_vouch(ann, pia):
    text = show(ann, "thank you 😀 @Pia!", "@Pia", file="thanks-")

    assert plain(text) == "⭐ Pia has 1 vouch now."
    assert Vouch.objects.get().photo_unique_id == "thanks-large"
    assert balance_of(pia.pk) == 1


def test_a_provider_without_a_username_is_named_by_a_link(ann):
    provider = make_provider(first_name="Noname").member
    link = {"type": "text_mention", "offset": 0, "length": 6}
    link["user"] = {"id": provider.telegram_id, "is_bot": False, "first_name": "Noname"}

    assert "Noname has 1" in plain(show(ann, "Noname helped", caption_entities=[link]))


def test_a_picture_sent_as_a_file_counts_too(ann):
    document = {"file_unique_id": "doc", "mime_type": "image/png"}

    assert "1 vouch" in show(ann, "@pia", "@pia", photo=[], document=document)
    assert Vouch.objects.get().photo_unique_id == "doc"


def test_the_first_provider_named_counts(ann, pia):
    make_provider(first_name="Otto", username="otto")
    make_member(username="boris")

    text = show(ann, "@boris @nobody @otto and @pia", "@pia", "@otto", "@nobody", "@boris")

    assert plain(text) == "⭐ Otto has 1 vouch now."


@pytest.mark.parametrize(
    "message",
    [
        {"forward_origin": {"type": "hidden_user", "date": 0, "sender_user_name": "X"}},
        {"photo": []},
        {"photo": [], "document": {"file_unique_id": "d", "mime_type": "application/pdf"}},
        {
            "photo": [],
            "animation": {"file_unique_id": "d"},
            "document": {"file_unique_id": "d", "mime_type": "image/gif"},
        },
        {"caption_entities": []},
        {"caption_entities": [{"type": "hashtag", "offset": 0, "length": 4}]},
        {"caption_entities": [{"type": "mention", "offset": 900, "length": 4}]},
        {"caption": ""},
    ],
)
def test_what_is_no_vouch_is_met_with_silence_and_earns_xp(ann, message):
    entities = {"caption_entities": [mention("@pia", "@pia")]}

    assert show(ann, **{"caption": "@pia", **entities, **message}) == ""

    assert not Vouch.objects.exists()
    assert Progress.objects.get().xp >= 1


def test_a_mention_of_an_ordinary_member_says_nothing(ann):
    make_member(username="boris")

    assert show(ann, "@boris", "@boris") == ""


def test_an_edited_caption_does_not_count(ann):
    group = ann.in_group(GROUP)
    body = {"message_id": 5, "date": 0, "chat": group.chat, "from": group.user}
    body |= {"photo": [{"file_unique_id": "x"}], "caption": "@pia", "edit_date": 1}
    body |= {"caption_entities": [mention("@pia", "@pia")]}

    assert group.receive({"edited_message": body}) == ""
    assert not Vouch.objects.exists()


def test_a_private_chat_and_a_group_that_is_off_count_nothing(ann):
    caption = {"caption": "@pia", "caption_entities": [mention("@pia", "@pia")]}
    ann.say("", photo=[{"file_unique_id": "x"}], **caption)
    Chat.objects.update(is_enabled=False)

    assert show(ann, "@pia", "@pia") == ""
    assert not Vouch.objects.exists() and not GroupMessage.objects.exists()


def test_an_album_counts_once_and_says_so_once(ann):
    assert "1 vouch" in show(ann, "@pia", "@pia", media_group_id="7")
    assert show(ann, "", media_group_id="7") == ""
    assert show(ann, "@pia", "@pia", media_group_id="7") == ""
    assert Vouch.objects.count() == 1


@pytest.mark.parametrize(
    ("case", "words"),
    [
        ("self", "A vouch for oneself does not count"),
        ("photo", "This photo was a vouch already"),
        ("pair", "You vouched for Pia a moment ago. Your next vouch counts in"),
        ("provider", "Pia cannot receive vouches at the moment."),
        ("author", "Your vouches do not count at the moment"),
    ],
)
def test_a_refusal_is_one_line_and_keeps_the_xp(ann, pia, case, words):
    who, file = ann, "new"
    if case in ("photo", "pair"):
        show(Phone(make_member()) if case == "photo" else ann, "@pia", "@pia", file="old")
        file = "old" if case == "photo" else "new"
    elif case == "self":
        who = Phone(pia)
    else:
        held = pia if case == "provider" else ann.member
        type(pia).objects.filter(pk=held.pk).update(frozen_at=timezone.now())
    before = list(Vouch.objects.values())
    messages = GroupMessage.objects.count()

    text = plain(show(who, "@pia", "@pia", file=file))

    assert text.startswith(words) and "\n" not in text
    assert list(Vouch.objects.values()) == before
    assert GroupMessage.objects.count() == messages + 1


def test_a_vouch_that_brings_a_level_says_both(ann):
    Progress.objects.create(member=ann.member, xp=99)

    counted, reached = plain(show(ann, "@pia", "@pia")).split("\n\n")

    assert counted == "⭐ Pia has 1 vouch now." and "Ann has reached" in reached


def test_an_author_is_thanked_with_what_the_settings_promise(ann):
    PointsSettings.objects.create(vouch_author_points=3)

    assert "Thank you: 3 points for you." in show(ann, "@pia", "@pia")
    assert "Pia" in ann.say("/history") and balance_of(ann.member.pk) == 3


def test_a_banned_author_is_met_with_silence(ann):
    type(ann.member).objects.filter(pk=ann.member.pk).update(banned_at=timezone.now())

    assert show(ann, "@pia", "@pia") == ""
    assert not Vouch.objects.exists()


def test_the_same_update_twice_counts_once(ann, pia):
    show(ann, "@pia", "@pia", file="0")
    body = {"message_id": Vouch.objects.get().message_id, "date": 0, "from": ann.user}
    group = ann.in_group(GROUP)
    body |= {"chat": group.chat, "photo": [{"file_unique_id": "0large"}], "caption": "@pia"}
    body |= {"caption_entities": [mention("@pia", "@pia")]}

    text = group.receive({"message": body})

    assert "1 vouch" in text and balance_of(pia.pk) == 1


@pytest.mark.parametrize("language", ["en", "fr", "ru", "ar"])
def test_hostile_names_and_captions_stay_text(language):
    provider = make_provider(
        first_name=HOSTILE, last_name="x" * 200, username="pia", headline=HOSTILE
    ).member
    author = Phone(make_member(first_name=HOSTILE, language=language))
    caption = f"<b>{HOSTILE}😀</i> @pia"

    check_text(show(author, caption, "@pia"))
    check_text(show(author, caption, "@pia", file="next"))
    check_text(author.say("/vouches @pia"))
    check_text(author.say("/providers"))
    phone = Phone(provider)
    phone.user["language_code"] = language
    check_text(phone.say("/vouches"))
    check_text(phone.say("/profile"))
    check_text(phone.say("/history"))


def test_a_message_without_a_mention_costs_nothing_more(ann, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        show(ann, "nice")

    with at_most(3):
        show(ann, "nice")


def vouch(provider, author, **values):
    values.setdefault("now", timezone.now())
    return give_vouch(
        provider_id=provider.pk, author_id=author.pk, photo=make_photo(), **values
    ).vouch


def test_a_provider_sees_who_vouched(pia):
    for number in range(7):
        vouch(pia, make_member(first_name=f"Fan{number}"))

    text = plain(Phone(pia).say("/vouches"))

    assert "Pia</b> · 7 vouches · place 1" in text and "Bikes, mended" in text
    assert "1. Fan6" in text and "5. Fan2" in text and "Fan1" not in text
    assert "your name in its caption" in text


def test_others_learn_how_to_vouch(ann, pia):
    text = plain(ann.say("/vouches @pia"))

    assert "Pia</b> · 0 vouches" in text
    assert "write @pia in its caption" in text


def test_who_is_no_provider_sees_what_he_gave(ann, pia):
    vouch(pia, ann.member)

    text = ann.say("/vouches")

    assert "Nobody can vouch for you yet" in text and "Vouches you gave: 1" in text
    assert "Not a provider" in Phone(pia).say("/vouches @ann")


def test_who_was_unmarked_keeps_his_vouches(ann, pia):
    vouch(pia, ann.member)
    VouchProvider.objects.update(is_active=False)

    text = ann.say("/vouches @pia")

    assert "1 vouch" in text and "No longer a provider" in text
    assert "To vouch" not in text
    assert "There are no providers yet." in ann.say("/providers")


def test_providers_are_listed_in_pages_that_lead_to_theirs(ann, pia):
    for number in range(9):
        make_provider(first_name=f"P{number}")
    vouch(pia, ann.member)
    for field in ("banned_at", "frozen_at"):
        make_provider(first_name="Hidden", **{field: timezone.now()})

    text = plain(ann.say("/providers"))

    assert text.index("Pia · 1") < text.index("P0 · 0") and "Hidden" not in text
    assert "P8" in ann.press("Next")
    ann.press("Previous")
    assert "Ann" in ann.press("Pia")
    assert "P0" in ann.press("Providers")
    assert "Nobody can vouch for you yet" in ann.press("My vouches")


def test_a_page_that_is_gone_leads_to_the_first(ann, pia):
    for number in range(8):
        make_provider(first_name=f"P{number}")
    ann.say("/providers")
    VouchProvider.objects.exclude(pk=pia.pk).update(is_active=False)

    assert "Pia" in plain(ann.press("Next"))


@pytest.mark.parametrize(("command", "queries"), [("/vouches @pia", 5), ("/providers", 2)])
def test_the_pages_need_few_queries(ann, pia, command, queries):
    for _ in range(6):
        vouch(make_provider(), ann.member)
        vouch(pia, make_member())
    ann.say(command)

    with at_most(queries):
        ann.say(command)


def test_groups_show_vouches_and_providers_without_buttons_to_press(ann, pia):
    vouch(pia, ann.member)
    group = ann.in_group(GROUP)

    assert "1 vouch" in group.say("/vouches @pia") and group.buttons == []
    assert "Pia" in plain(group.say("/providers"))
    assert group.buttons == ["Open our private chat"]


def test_a_profile_shows_a_providers_vouches(ann, pia):
    vouch(pia, ann.member)

    assert "Vouches: 1" in ann.say("/profile @pia")
    assert "Ann" in ann.press("Vouches")
    assert "Vouches:" not in ann.say("/profile")


def test_the_second_of_a_pair_counts_after_the_wait(ann, pia):
    group = ann.in_group(GROUP)
    group.now = timezone.now()
    show(group, "@pia", "@pia")
    group.now += timedelta(seconds=61)

    assert "2 vouches" in show(group, "@pia", "@pia", file="second")


def test_who_is_marked_is_told_while_it_holds():
    member, actor = make_member(), Actor(AuditEntry.Origin.WEB, "chief", 7)
    mark_providers(member_ids=[member.pk], headline="", actor=actor, now=timezone.now())
    message = member.outbox.get(kind="points.provider")

    told = NOTICES[message.kind](message)
    unmark_provider(member_id=member.pk, reason="moved away", actor=actor)

    assert told and "You can be vouched for now" in told.text
    assert NOTICES[message.kind](message) is None
