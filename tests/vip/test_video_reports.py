"""Members report videos; three who do take one out of the draw until the staff has looked."""

import pytest

from accounts.models import AuditEntry
from accounts.selectors import export_member
from accounts.services import COMMAND, SYSTEM, delete_member
from tests.factories import make_member
from tests.vip.films import NOON, publish, take_down, watch
from vip.errors import VideoGone
from vip.models import Video, VideoReport, VideoView, VideoViewer
from vip.services import handle_reports, publish_video, put_back_video, report_video

pytestmark = pytest.mark.django_db


def report(member, video, reason="wrong"):
    return report_video(member_id=member.pk, video_id=video.pk, reason=reason, now=NOON)


def report_by(count, video):
    for _ in range(count):
        member = make_member()
        watch(member)
        report(member, video)


def test_the_first_report_of_a_member_stands():
    video, member = publish(), make_member()
    watch(member)

    assert [report(member, video, reason) for reason in ("wrong", "offending")] == [True, False]

    assert VideoReport.objects.get().reason == "wrong"


def test_who_was_never_sent_it_cannot_report_it():
    with pytest.raises(VideoGone):
        report(make_member(), publish())

    assert not VideoReport.objects.exists()


def test_an_unknown_reason_is_no_report():
    video, member = publish(), make_member()
    watch(member)

    with pytest.raises(ValueError, match="ugly"):
        report(member, video, "ugly")


def test_a_video_taken_down_since_can_still_be_reported():
    video, member = publish(), make_member()
    watch(member)
    take_down(video)

    assert report(member, video)


@pytest.mark.parametrize(("count", "is_shown"), [(2, True), (3, False), (4, False)])
def test_three_who_report_set_it_aside(count, is_shown):
    video = publish()
    members = [make_member() for _ in range(count)]
    for member in members:
        watch(member)
    for member in members:
        report(member, video)

    video.refresh_from_db()
    assert video.is_shown is is_shown
    assert video.aside_cause == ("" if is_shown else "reports")


def test_reports_that_were_dealt_with_count_no_more():
    video = publish()
    report_by(2, video)

    assert handle_reports(video_id=video.pk, actor=COMMAND, now=NOON) == 2
    report_by(2, video)

    video.refresh_from_db()
    assert video.is_shown
    assert VideoReport.objects.filter(handled_at=None).count() == 2


def test_who_dealt_with_reports_is_in_the_audit_once():
    video = publish()
    report_by(2, video)

    for _ in range(2):
        handle_reports(video_id=video.pk, actor=COMMAND, now=NOON)

    entry = AuditEntry.objects.get(action="vip.video.handle_reports")
    assert (entry.target, entry.details) == (str(video.number), {"reports": 2})


def test_putting_back_deals_with_the_reports_and_shows_it_again():
    video = publish()
    report_by(3, video)

    for _ in range(2):
        put_back_video(video_id=video.pk, actor=COMMAND, now=NOON)

    video.refresh_from_db()
    assert video.is_shown and video.aside_cause == ""
    assert not VideoReport.objects.filter(handled_at=None).exists()


def test_what_was_taken_down_meanwhile_is_put_back_without_being_shown():
    video = publish()
    report_by(3, video)
    take_down(video)

    put_back_video(video_id=video.pk, actor=COMMAND, now=NOON)

    video.refresh_from_db()
    assert (video.is_active, video.aside_at, video.place) == (False, None, None)


def test_what_was_taken_down_and_published_again_stays_aside_until_it_is_put_back():
    video = publish()
    report_by(3, video)
    take_down(video)

    published = publish_video(video_id=video.pk, actor=COMMAND, now=NOON)
    assert (published.is_active, published.aside_cause, published.place) == (True, "reports", None)

    assert put_back_video(video_id=video.pk, actor=COMMAND, now=NOON).is_shown


def test_a_member_s_copy_holds_what_he_saw_and_reported():
    video, member = publish(), make_member()
    watch(member)
    report(member, video)

    data = export_member(member.pk)["vip"]

    assert data["videos_seen"] == [{"number": video.number, "viewed_at": NOON, "round": 1}]
    assert data["videos_reported"] == [
        {"number": video.number, "created_at": NOON, "reason": "wrong"}
    ]


def test_who_deletes_his_data_leaves_no_view_and_no_report():
    video, member, other = publish(), make_member(), make_member()
    for who in (member, other):
        watch(who)
        report(who, video)

    delete_member(member_id=member.pk, actor=SYSTEM, now=NOON)

    for model in (VideoView, VideoReport):
        assert list(model.objects.values_list("member", flat=True)) == [other.pk]
    # The hour's count stays for his return, and nothing of what he watched.
    left = VideoViewer.objects.get(pk=member.pk)
    assert (left.used, left.cursor, left.top, left.last_video_id, left.last_key) == (
        1,
        0,
        0,
        None,
        "",
    )
    assert Video.objects.get().is_shown
