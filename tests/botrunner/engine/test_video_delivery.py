"""Videos on their way: by their id, from an upload, refused and replaced, and away in time."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from django.core.files.base import ContentFile
from django.utils import timezone
from telegram.error import BadRequest, Forbidden, NetworkError

from accounts.services import SYSTEM, delete_member
from botrunner import leaving, sender
from botrunner.followups import REFUSALS_MAX
from botrunner.leaver import Leaver
from botrunner.limits import Urgency
from botrunner.models import LeavingMessage
from botrunner.sender import NotSent, Sender
from tests.botrunner.engine.test_sender import FakeLimits
from tests.factories import make_member
from tests.phone import Phone
from tests.vip.films import publish, publish_many, views_of
from vip.models import Video, VideoViewer, VipSettings
from vip.services import put_back_video

pytestmark = pytest.mark.django_db
WRONG = "Wrong file identifier/http url specified"


class VideoApi:
    """Refuses the file ids in `wrong`; other errors are raised one a call."""

    def __init__(self, *errors, wrong=()):
        self.errors, self.wrong = list(errors), set(wrong)
        self.calls = []

    async def call(self, method, params, *, files=None):
        self.calls.append((method, dict(params), files))
        error = self.errors.pop(0) if self.errors else None
        if error:
            raise error
        if method == "deleteMessage":
            return True
        if params.get("video") in self.wrong or self.wrong == {"all"}:
            raise BadRequest(WRONG)
        file_id = params.get("video") or f"new{len(self.calls)}"
        film = {"file_id": file_id, "file_unique_id": f"u-{file_id}"}
        return {"message_id": 70, "chat": {"id": params["chat_id"]}, "video": film}


class SameThread:
    """The database of the test, which another thread would not see."""

    async def run(self, work, *args):
        return await sync_to_async(work)(*args)

    def close(self):
        pass


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch):
    monkeypatch.setattr(sender, "RETRY_SECONDS", (0, 0))


@pytest.fixture
def phone():
    return Phone(make_member(first_name="Ann"))


def send(calls, api):
    async def run():
        try:
            return await Sender(api, FakeLimits(), SameThread()).send(calls, Urgency.ANSWER)
        except NotSent as error:
            return error

    return SimpleNamespace(result=async_to_sync(run)(), calls=api.calls)


def ask(phone):
    phone.say("/videos")
    return phone.calls


def upload(number=1):
    video = publish(file_id=f"x{number}", unique_id=f"y{number}")
    video.upload.save("film.mp4", ContentFile(b"film"))
    video.thumbnail.save("t.jpg", ContentFile(b"picture"))
    Video.objects.filter(pk=video.pk).update(file_id="", file_unique_id=None, seconds=3)
    video.refresh_from_db()
    return video


def test_a_video_goes_by_its_id_and_leaves_no_note(phone):
    video = publish()

    done = send(ask(phone), VideoApi())

    assert [call[0] for call in done.calls] == ["sendVideo"]
    assert done.calls[0][1]["video"] == video.file_id
    assert not LeavingMessage.objects.exists()


def test_an_upload_goes_once_with_its_preview_and_then_by_its_id(phone):
    video = upload()
    api = VideoApi()

    send(ask(phone), api)
    send(ask(phone), api)

    (_, params, files), (_, later, no_files) = api.calls
    assert set(files) == {"video", "thumbnail"} and params["duration"] == 3
    assert (later["video"], no_files) == ("new1", None)
    video.refresh_from_db()
    assert (video.file_id, video.file_unique_id) == ("new1", "u-new1")


def test_a_refused_file_is_set_aside_and_another_sent_that_costs_nothing(phone):
    publish_many(2)
    calls = ask(phone)
    wrong = calls[0]["params"]["video"]

    done = send(calls, VideoApi(wrong=[wrong]))

    assert [call[1]["video"] == wrong for call in done.calls] == [True, False]
    broken = Video.objects.get(file_id=wrong)
    assert (broken.aside_cause, broken.place) == ("file", None)
    assert WRONG.lower() in broken.aside_note.lower()
    assert VideoViewer.objects.get().used == 1 and views_of(phone.member) == 1


def test_the_same_answer_sent_again_ends_with_the_same_replacement(phone):
    publish_many(9)
    calls = ask(phone)
    api = VideoApi(wrong=[calls[0]["params"]["video"]])

    send(calls, api)
    send(calls, api)

    sent = [call[1]["video"] for call in api.calls]
    assert sent[:2] == sent[2:]
    assert views_of(phone.member) == 1


def test_where_all_are_broken_it_is_said_kindly_and_not_counted(phone):
    publish_many(3)

    done = send(ask(phone), VideoApi(wrong=["all"]))

    method, params, _ = done.calls[-1]
    assert method == "sendMessage" and "no other just now" in params["text"]
    assert len(done.calls) == 4
    assert Video.objects.filter(aside_cause="file").count() == 3
    assert VideoViewer.objects.get().used == 0
    assert "no videos to show" in phone.say("/videos")


def test_nobody_waits_until_a_whole_library_is_set_aside(phone):
    publish_many(REFUSALS_MAX + 20)

    done = send(ask(phone), VideoApi(wrong=["all"]))

    assert len(done.calls) == REFUSALS_MAX + 2
    assert done.calls[-1][0] == "sendMessage"


def test_a_refused_id_of_an_upload_is_sent_from_the_upload_again(phone):
    video = upload()
    Video.objects.filter(pk=video.pk).update(file_id="old")

    done = send(ask(phone), VideoApi(wrong=["old"]))

    assert [bool(files) for _, _, files in done.calls] == [False, True]
    video.refresh_from_db()
    assert video.is_shown and video.file_id == "new2"


def test_an_upload_that_is_gone_from_the_disk_is_set_aside(phone):
    video = upload()
    video.upload.storage.delete(video.upload.name)

    done = send(ask(phone), VideoApi())

    assert [call[0] for call in done.calls] == ["sendMessage"]
    video.refresh_from_db()
    assert (video.aside_cause, video.aside_note) == ("file", "the upload is gone")


def test_two_who_meet_one_broken_file_set_it_aside_once():
    publish_many(2)
    phones = [Phone(make_member()) for _ in range(2)]
    calls = [ask(phone) for phone in phones]
    wrong = calls[0][0]["params"]["video"]
    api = VideoApi(wrong=[wrong])

    for one in calls:
        send(one, api)

    aside = Video.objects.get(aside_at__isnull=False)
    assert aside.file_id == wrong


def test_what_was_put_back_is_new_to_who_never_got_it(phone):
    publish_many(2)
    calls = ask(phone)
    wrong = calls[0]["params"]["video"]
    send(calls, VideoApi(wrong=[wrong]))
    broken = Video.objects.get(file_id=wrong)
    put_back_video(video_id=broken.pk, actor=SYSTEM, now=timezone.now())

    assert ask(phone)[0]["params"]["video"] == wrong


def test_trouble_on_the_way_breaks_no_file(phone):
    publish()

    done = send(ask(phone), VideoApi(NetworkError("reset"), Forbidden("bot was blocked")))

    assert done.result is False
    assert Video.objects.get().is_shown


# Leaving


@pytest.fixture
def sent(phone):
    """A video that is to leave after ten minutes, on its way at this moment."""
    publish()
    VipSettings.objects.create(video_minutes=10)
    send(ask(phone), VideoApi())
    return LeavingMessage.objects.get()


def work(api, *, later=timedelta(0)):
    LeavingMessage.objects.update(leave_at=timezone.now() - timedelta(seconds=1) + later)
    leaver = Leaver(Sender(api, FakeLimits(), SameThread()))
    leaver._thread.close()
    leaver._thread = SameThread()
    async_to_sync(leaver.work)()
    return [call[:2] for call in api.calls]


def test_a_sent_video_is_noted_with_its_time(sent, phone):
    left = sent.leave_at - timezone.now()

    assert (sent.chat_id, sent.message_id) == (phone.user["id"], 70)
    assert timedelta(minutes=9) < left <= timedelta(minutes=10)


def test_when_its_time_has_come_the_message_is_deleted_once(sent):
    asked = {"chat_id": sent.chat_id, "message_id": 70}

    assert work(VideoApi()) == [("deleteMessage", asked)]
    assert not LeavingMessage.objects.exists()


def test_before_its_time_nothing_is_deleted(sent):
    assert work(VideoApi(), later=timedelta(minutes=1)) == []
    assert LeavingMessage.objects.exists()


@pytest.mark.parametrize(
    "error",
    [
        BadRequest("Message to delete not found"),
        BadRequest("Message can't be deleted for everyone"),
        Forbidden("bot was blocked by the user"),
    ],
)
def test_what_is_gone_or_too_old_is_dropped_quietly(sent, error, caplog):
    work(VideoApi(error))

    assert not LeavingMessage.objects.exists()
    assert caplog.records == []


def test_what_could_not_be_tried_is_tried_after_the_lease(sent):
    work(VideoApi(*[NetworkError("away")] * 3))

    (left,) = LeavingMessage.objects.all()
    assert left.leave_at > timezone.now() + leaving.LEASE / 2
    assert len(work(VideoApi())) == 1


def test_a_claim_whose_process_was_killed_is_taken_up_after_the_lease(sent):
    now = sent.leave_at

    assert len(leaving.claim(now)) == 1
    assert leaving.claim(now + leaving.LEASE - timedelta(seconds=1)) == []
    assert len(leaving.claim(now + leaving.LEASE)) == 1


def test_an_answer_sent_twice_is_noted_for_both_messages(phone):
    leaving.note(5, 70, timezone.now())
    leaving.note(5, 70, timezone.now())
    leaving.note(5, 71, timezone.now())

    assert LeavingMessage.objects.count() == 2


def test_who_deletes_his_data_sees_the_video_leave_at_once(sent, phone):
    delete_member(member_id=phone.member.pk, actor=SYSTEM, now=timezone.now())

    assert LeavingMessage.objects.get().leave_at <= timezone.now()
