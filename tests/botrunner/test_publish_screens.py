"""Staff publish videos by sending them to the bot."""

from itertools import count

import pytest
from django.contrib.auth.models import Permission

from accounts.models import AuditEntry
from tests.factories import make_member
from tests.factories.staff import make_staff_member
from tests.phone import Phone
from tests.vip.films import publish
from vip.models import Video

pytestmark = pytest.mark.django_db
_numbers = count(1)


def film(**file):
    number = next(_numbers)
    facts = {"file_id": f"id{number}", "file_unique_id": f"u{number}", "duration": 65}
    return {"video": {**facts, "width": 640, "height": 360, "file_size": 5_000_000, **file}}


def send(phone, caption="", **message):
    body = {"message_id": next(_numbers), "date": 0, "chat": phone.chat, "from": phone.user}
    if caption:
        body["caption"] = caption
    return phone.receive({"message": {**body, **message}})


@pytest.fixture
def phone():
    return Phone(make_staff_member("Senior"))


def test_a_video_becomes_a_card_and_the_buttons_publish_and_take_it_down(phone):
    text = send(phone, "Waves at dawn\n#sea #Sea #dawn", **film())

    assert "Waves at dawn" in text and "#sea #dawn" in text and "2\u00a0min" in text
    assert "Not published yet" in text
    video = Video.objects.get()
    assert (video.title, video.tags, video.number) == ("Waves at dawn", "sea dawn", 1)
    assert not video.is_shown
    assert "Published" in phone.press("Publish")
    assert Video.objects.get().is_shown
    assert "Taken down" in phone.press("Take down")
    assert not Video.objects.get().is_shown
    acts = AuditEntry.objects.filter(action__startswith="vip.video.").order_by("id")
    assert [act.action.rpartition(".")[2] for act in acts] == ["add", "publish", "take_down"]


def test_cancel_drops_a_draft_and_leaves_what_was_published(phone):
    send(phone, **film())
    cancel = phone.data_of("Cancel")
    assert "Cancelled" in phone.press_data(cancel)
    assert not Video.objects.exists()

    send(phone, **film())
    cancel = phone.data_of("Cancel")
    phone.press("Publish")

    assert "Published" in phone.press_data(cancel)
    assert Video.objects.get().is_shown


def test_a_card_of_a_draft_that_is_gone_says_so(phone):
    send(phone, **film())
    publish_data, cancel = phone.data_of("Publish"), phone.data_of("Cancel")
    phone.press_data(cancel)

    assert "not here any more" in phone.press_data(publish_data)


def test_the_same_file_again_shows_what_is_known_of_it(phone):
    one = film()
    send(phone, "First", **one)

    text = send(phone, "Second", video={**one["video"], "file_id": "another"})

    assert "already" in text and "First" in text
    assert Video.objects.get().file_id == one["video"]["file_id"]


def test_an_album_becomes_a_card_for_each(phone):
    for n in range(3):
        send(phone, "Ours #summer" if n == 0 else "", **film(), media_group_id="album")
        assert "✅ Publish" in phone.buttons

    assert sorted(Video.objects.values_list("number", flat=True)) == [1, 2, 3]


def test_a_film_sent_as_a_file_is_asked_for_as_a_video(phone):
    text = send(phone, document={"file_id": "a", "file_unique_id": "b", "mime_type": "video/mp4"})

    assert "as a video" in text
    assert not Video.objects.exists()


@pytest.mark.parametrize("make", [make_member, lambda: make_staff_member("Junior")])
def test_who_may_not_publish_is_answered_as_before(make):
    phone = Phone(make())

    assert "did not understand" in send(phone, "Mine", **film())
    assert not Video.objects.exists()


def test_a_video_in_a_group_is_not_for_publishing(phone):
    send(phone.in_group(), "Mine", **film())

    assert not Video.objects.exists()


@pytest.mark.parametrize("label", ["Publish", "Cancel"])
def test_a_permission_lost_since_the_card_ends_the_press(phone, label):
    send(phone, **film())
    data = phone.data_of(label)
    before = list(Video.objects.values())
    user = phone.member.staff_user
    user.groups.clear()

    text = phone.press_data(data)

    assert "no longer have the right" in text
    assert list(Video.objects.values()) == before


def test_who_is_no_staff_any_more_cannot_take_down(phone):
    send(phone, **film())
    phone.press("Publish")
    data = phone.data_of("Take down")
    user = phone.member.staff_user
    user.is_active = False
    user.save()

    phone.press_data(data)

    assert Video.objects.get().is_shown


def test_the_permission_alone_is_enough(phone):
    user = phone.member.staff_user
    user.groups.clear()
    user.user_permissions.add(Permission.objects.get(codename="add_video"))

    assert "Not published yet" in send(phone, **film())


def test_a_caption_like_a_command_is_a_title(phone):
    send(phone, "/start of the race", **film())

    assert Video.objects.get().title == "/start of the race"


def test_numbers_go_on_after_the_highest(phone):
    Video.objects.filter(pk=publish().pk).update(number=40)
    send(phone, **film())

    assert Video.objects.order_by("-number").first().number == 41


def test_hostile_words_break_no_card(phone):
    text = send(phone, "<b>\u202e{{ x }}&amp; #<i> " + "a" * 4_000, **film())

    assert "&lt;b&gt;" in text and "\u202e" not in text
    assert len(text) < 1_000
