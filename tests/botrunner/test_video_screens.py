"""Videos as members meet them: the next, the same again, the quota, a report."""

from datetime import timedelta

import pytest

from tests.factories import make_member
from tests.phone import Phone
from tests.vip.films import NOON, publish, publish_many, take_down, views_of
from vip.models import AdNetwork, Membership, Video, VideoDraw, VideoReport, VipSettings

pytestmark = pytest.mark.django_db


@pytest.fixture
def phone():
    phone = Phone(make_member(first_name="Ann", timezone="Asia/Dubai"))
    phone.now = NOON
    return phone


def video_of(phone):
    """The call that sends a video."""
    (call,) = [call for call in phone.calls if call["method"] == "sendVideo"]
    return call


def test_the_command_and_the_menu_send_a_video_with_its_words_and_buttons(phone):
    video = publish("Waves at dawn #sea #Dawn")

    phone.say("/videos")

    call = video_of(phone)
    assert call["params"]["video"] == video.file_id
    caption = call["params"]["caption"]
    assert "No. 1" in caption and "Waves at dawn" in caption and "#sea #dawn" in caption
    assert "1 of 5 this hour" in caption
    assert [text for text in phone.buttons if text in ("▶️ Next video", "🔁 Again", "🚩 Report")]
    phone.say("/start")
    phone.press("Videos")
    assert "new round" in video_of(phone)["params"]["caption"]


def test_next_is_another_and_again_is_the_same_and_costs_nothing(phone):
    publish_many(3)
    phone.say("/video")
    first = video_of(phone)["params"]["video"]

    phone.press("Again")
    again = video_of(phone)["params"]
    phone.press("Next video")
    other = video_of(phone)["params"]

    assert again["video"] == first != other["video"]
    assert "this hour" not in again["caption"]
    assert "2 of 5 this hour" in other["caption"]


def test_the_sixth_press_of_an_hour_says_when_and_shows_the_way_out(phone):
    publish_many(9)
    phone.now = NOON + timedelta(minutes=37)
    for _ in range(5):
        phone.say("/videos")

    text = phone.say("/videos")

    assert "5 videos of this hour" in text
    # 13:00 UTC in Dubai.
    assert "17:00" in text and "23\u00a0min" in text
    assert "👑 VIP" in phone.buttons and "🎟 Premium" not in phone.buttons
    assert views_of(phone.member) == 5
    phone.now = NOON + timedelta(hours=1)
    phone.say("/videos")
    assert "1 of 5" in video_of(phone)["params"]["caption"]


def test_where_ads_are_offered_they_are_a_way_out(phone):
    publish_many(2)
    VipSettings.objects.create(videos_hourly_max=1)
    AdNetwork.objects.create(slug="ads", is_active=True)
    phone.say("/videos")

    text = phone.say("/videos")

    assert "no limit for 12\u00a0h" in text
    assert {"🎟 Premium", "👑 VIP"} <= set(phone.buttons)


def test_vip_is_told_of_no_quota(phone):
    publish_many(9)
    Membership.objects.create(member=phone.member, vip_until=NOON + timedelta(days=1))

    for _ in range(7):
        phone.say("/videos")

    assert "this hour" not in video_of(phone)["params"]["caption"]


def test_nothing_published_is_said_kindly(phone):
    assert "no videos to show" in phone.say("/videos")


def test_again_of_a_video_that_was_taken_down_leads_to_the_next(phone):
    video = publish()
    phone.say("/videos")
    again = phone.data_of("Again")
    take_down(video)

    text = phone.press_data(again)

    assert "no longer shown" in text
    assert "▶️ Next video" in phone.buttons


def test_a_report_is_chosen_thanked_for_and_kept_once(phone):
    video = publish()
    phone.say("/videos")
    phone.press("Report")
    reason = phone.data_of("Offending")

    first, second = phone.press_data(reason), phone.press_data(reason)

    assert "Thank you" in first and "already" in second
    report = VideoReport.objects.get()
    assert (report.video, report.member, report.reason) == (video, phone.member, "offending")


def test_a_group_is_led_to_the_private_chat(phone):
    publish()

    group = phone.in_group()
    group.say("/videos")

    assert group.buttons == ["Open our private chat"]
    assert views_of(phone.member) == 0


def test_what_leaves_the_chat_says_so_and_what_is_protected_is_sent_so(phone):
    publish()
    VipSettings.objects.create(video_minutes=90, videos_protected=True)

    phone.say("/videos")

    call = video_of(phone)
    assert "after 1\u00a0h 30\u00a0min" in call["params"]["caption"]
    assert call["params"]["protect_content"] is True
    assert call["on_sent"]["params"]["minutes"] == 90


def test_an_upload_that_telegram_has_not_seen_goes_as_a_file(phone):
    Video.objects.create(
        number=1, upload="videos/a.mp4", is_active=True, place=1, published_at=NOON
    )
    VideoDraw.objects.create(places=1)

    phone.say("/videos")

    params = video_of(phone)["params"]
    assert params["attachment"]["kind"] == "video" and "video" not in params


def test_a_press_under_a_video_sends_a_message_of_its_own(phone):
    publish()
    phone.say("/videos")
    report = phone.data_of("Report")
    message = {"message_id": phone.screen_id, "chat": phone.chat, "video": {"file_id": "x"}}

    phone.receive(
        {"callback_query": {"id": "1", "from": phone.user, "message": message, "data": report}}
    )

    assert phone.calls[0]["method"] == "sendMessage"


def test_hostile_words_break_no_caption(phone):
    publish("<b>\u202e{{ x }}&amp;%(name)s \n #<i> #ok_tag " + "a" * 300)

    phone.say("/videos")

    caption = video_of(phone)["params"]["caption"]
    assert "&lt;b&gt;" in caption and "\u202e" not in caption and "#ok_tag" in caption
    assert len(caption) <= 1024
