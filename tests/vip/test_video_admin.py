"""Videos in the dashboard: uploaded, published, set aside and put back, reported."""

from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from accounts.models import AuditEntry
from accounts.services import COMMAND
from tests.factories import make_member
from tests.vip.films import NOON, draft, publish, publish_many, watch
from vip import films
from vip.models import Video, VideoReport
from vip.services import note_file, publish_video, report_video, save_video

pytestmark = pytest.mark.django_db

CLIPS = Path(__file__).resolve().parents[2] / "botrunner" / "demo" / "clips"
LIST, ADD = "admin:vip_video_changelist", "admin:vip_video_add"
HOSTILE = "<b>\u202e{{ x }}&amp;%(name)s<script>alert(1)</script>"


def clip(name="waves"):
    return SimpleUploadedFile("../../evil name.exe", (CLIPS / f"{name}.mp4").read_bytes())


def picture(size=(1200, 800), kind="PNG"):
    target = BytesIO()
    Image.effect_noise(size, 90).convert("RGB").save(target, kind)
    return SimpleUploadedFile("p.png", target.getvalue())


def post(client, **fields):
    return client.post(reverse(ADD), {"number": "1", "title": "", "tags": "", **fields})


def errors(page):
    return " ".join(sum(page.context["adminform"].form.errors.values(), []))


def test_an_upload_is_published_with_all_that_its_content_says(staff):
    page = post(
        staff("Senior"),
        upload=clip(),
        thumbnail=picture(),
        title="Waves",
        tags="#Sea, dawn sea",
        is_active="on",
    )

    assert page.status_code == 302
    video = Video.objects.get()
    assert (video.title, video.tags, video.seconds) == ("Waves", "sea dawn", 4)
    assert (video.width, video.height, video.is_shown) == (320, 180, True)
    assert video.upload.name.startswith("videos/") and "evil" not in video.upload.name
    with Image.open(video.thumbnail) as preview:
        assert preview.format == "JPEG" and max(preview.size) == 320
    assert video.thumbnail.size <= films.THUMBNAIL_BYTES_MAX
    assert AuditEntry.objects.get(action="vip.video.add").details["title"] == "Waves"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"<html>not a film</html>", "not an MP4"),
        (b"\x00\x00\x00\x08ftyp", "not an MP4"),
        (b"\x00\x00\x00\x08ftyp\xff\xff\xff\xffmoov", "not an MP4"),
        (b"\x00\x00\x00\x08ftyp\x00\x00\x00\x08moov", "not an MP4"),
        (b"\x00\x00\x00\x08free" * 3_000, "not an MP4"),
        (b"\x00\x00\x00\x01ftyp\x00\x00\x00\x00\x00\x00\x00\x02", "not an MP4"),
        (b"\x00\x00\x00\x08ftyp\x00\x00\x00\x10moov\x00\x00\x00\x08mvhd", "not an MP4"),
    ],
)
def test_what_is_no_film_is_refused_whatever_it_is_called(staff, content, says):
    page = post(staff("Senior"), upload=SimpleUploadedFile("film.mp4", content, "video/mp4"))

    assert says in errors(page)
    assert not Video.objects.exists()


def test_a_film_that_is_too_large_is_refused(staff, monkeypatch):
    monkeypatch.setattr("vip.admin.video_form.UPLOAD_BYTES_MAX", 1_000)

    assert "larger than 50 MB" in errors(post(staff("Senior"), upload=clip()))


def test_no_film_at_all_is_refused(staff):
    assert "Choose a video file" in errors(post(staff("Senior")))


def test_the_same_file_again_is_named(staff):
    client = staff("Senior")
    post(client, upload=clip())

    page = post(client, upload=clip(), number="2")

    assert "No. 1" in errors(page)


def test_a_preview_that_is_no_picture_is_refused(staff):
    broken = SimpleUploadedFile("p.png", b"\x89PNG\r\n\x1a\n nothing")

    assert "not a picture" in errors(post(staff("Senior"), upload=clip(), thumbnail=broken))


def test_a_picture_of_too_many_pixels_is_refused(staff, monkeypatch):
    monkeypatch.setattr(films, "PICTURE_PIXELS_MAX", 100)

    page = post(staff("Senior"), upload=clip(), thumbnail=picture((20, 20)))

    assert "not a picture" in errors(page)


def test_another_film_takes_the_place_of_the_one_telegram_has(
    staff, django_capture_on_commit_callbacks
):
    client = staff("Senior")
    post(client, upload=clip(), is_active="on")
    video = Video.objects.get()
    Video.objects.update(file_id="known", file_unique_id="unique")
    old = video.upload.path

    with django_capture_on_commit_callbacks(execute=True):
        client.post(
            reverse("admin:vip_video_change", args=[video.pk]),
            {"number": "1", "title": "New", "upload": clip("orbit"), "is_active": "on"},
        )

    after = Video.objects.get()
    assert (after.file_id, after.file_unique_id, after.place) == ("", None, video.place)
    assert not Path(old).exists() and Path(after.upload.path).exists()


def test_taking_down_and_publishing_in_the_form_moves_it_out_and_in(staff):
    client, video = staff("Senior"), publish("Film")
    page = reverse("admin:vip_video_change", args=[video.pk])
    fields = {"number": video.number, "title": "Other", "tags": ""}

    client.post(page, fields)
    video.refresh_from_db()
    assert (video.title, video.is_shown, video.file_id != "") == ("Other", False, True)

    client.post(page, {**fields, "is_active": "on"})
    video.refresh_from_db()
    assert (video.is_shown, video.place) == (True, 2)


def test_a_number_that_is_taken_is_refused(staff):
    publish()

    assert "already exists" in errors(post(staff("Senior"), upload=clip()))


def test_the_form_offers_the_next_number(staff):
    publish_many(3)

    page = staff("Senior").get(reverse(ADD))

    assert page.context["adminform"].form.initial["number"] == 4


def set_aside(video):
    Video.objects.filter(pk=video.pk).update(
        aside_at=NOON, aside_cause="file", aside_note="wrong file", place=None
    )


def test_what_was_set_aside_is_found_explained_and_put_back(staff):
    client, video, other = staff("Senior"), publish("Broken"), publish("Fine")
    set_aside(video)

    found = client.get(reverse(LIST), {"state": "aside"})
    page = client.get(reverse("admin:vip_video_change", args=[video.pk])).content.decode()
    assert list(found.context["cl"].result_list) == [video] != [other]
    assert "wrong file" in page
    assert "Put back</button>" in page
    client.get(reverse("admin:vip_video_put_back", args=[video.pk]))
    video.refresh_from_db()
    assert not video.is_shown
    client.post(reverse("admin:vip_video_put_back", args=[video.pk]))
    video.refresh_from_db()
    assert video.is_shown


def test_several_are_put_back_from_the_list(staff):
    videos = publish_many(3)
    for video in videos[:2]:
        set_aside(video)

    data = {"action": "put_back", "_selected_action": [video.pk for video in videos]}
    page = staff("Senior").post(reverse(LIST), data, follow=True)

    assert "Put back: 2." in page.content.decode()
    assert Video.objects.filter(place=None).count() == 0


@pytest.mark.parametrize("state", ["shown", "file", "reports", "down", "draft", "aside", "odd"])
def test_each_state_is_a_list(staff, state):
    publish(), draft()
    set_aside(publish())

    assert staff("Junior").get(reverse(LIST), {"state": state}).status_code == 200


def test_reports_are_listed_and_dealt_with_by_video(staff):
    videos = publish_many(1)
    for reason in ("wrong", "offending"):
        member = make_member()
        watch(member)
        report_video(member_id=member.pk, video_id=videos[0].pk, reason=reason, now=NOON)
    client = staff("Senior")
    url = reverse("admin:vip_videoreport_changelist")
    chosen = VideoReport.objects.first().pk

    assert client.get(url, {"state": "open"}).context["cl"].result_count == 2
    page = client.post(url, {"action": "handle", "_selected_action": [chosen]}, follow=True)

    assert "Dealt with: 2." in page.content.decode()
    assert client.get(url, {"state": "open"}).context["cl"].result_count == 0
    assert client.get(url, {"state": "handled", "q": "1"}).context["cl"].result_count == 2
    assert VideoReport.objects.first().handled_by == "vera"


def test_a_junior_looks_and_changes_nothing(staff):
    client, video = staff("Junior"), publish()
    set_aside(video)
    page = reverse("admin:vip_video_change", args=[video.pk])

    assert client.get(page).status_code == 200
    assert client.post(page, {"number": "9"}).status_code == 403
    assert client.get(reverse(ADD)).status_code == 403
    put_back = reverse("admin:vip_video_put_back", args=[video.pk])
    assert client.post(put_back).status_code == 403
    assert not Video.objects.get().is_shown


def test_nobody_deletes_a_video(staff):
    video = publish()
    url = reverse("admin:vip_video_delete", args=[video.pk])

    assert staff("Creator").post(url, {"post": "yes"}).status_code == 403
    assert Video.objects.exists()


def test_hostile_titles_break_no_page(staff):
    video, member = publish(), make_member(first_name=HOSTILE)
    Video.objects.update(title=HOSTILE, tags="a b")
    watch(member)
    report_video(member_id=member.pk, video_id=video.pk, reason="wrong", now=NOON)
    client = staff("Chief")

    for view, args in (
        (LIST, ()),
        ("admin:vip_video_change", (video.pk,)),
        ("admin:vip_videoreport_changelist", ()),
        ("admin:vip_videoreport_change", (VideoReport.objects.get().pk,)),
    ):
        page = client.get(reverse(view, args=args)).content.decode()
        assert "<script>alert(1)" not in page and "&lt;script&gt;alert(1)" in page


def test_what_happened_since_the_form_was_read_is_kept():
    """An upload that has reached Telegram and was published meanwhile."""
    video = draft()
    Video.objects.update(upload="videos/a.mp4", file_id="", file_unique_id=None)
    form = Video.objects.get()
    note_file(video_id=video.pk, file_id="new", unique_id="known")
    publish_video(video_id=video.pk, actor=COMMAND, now=NOON)

    form.title, form.is_active = "Surf", True
    save_video(form, actor=COMMAND, now=NOON + timedelta(hours=1))

    saved = Video.objects.get()
    assert (saved.title, saved.file_unique_id, saved.published_at) == ("Surf", "known", NOON)
