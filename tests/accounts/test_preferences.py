import pytest

from accounts.errors import UnknownLanguage, UnknownTimezone
from accounts.models import Member
from accounts.selectors import language_of
from accounts.services import NOTIFICATIONS, set_language, set_notification, set_timezone
from tests.factories import make_member

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("language", ["en", "fr", "ru", "ar"])
def test_a_language_is_chosen(language):
    member = make_member(client_language="de")

    set_language(member=member, language=language)

    assert language_of(Member.objects.get(pk=member.pk)) == language


@pytest.mark.parametrize("language", ["", "de", "EN", "en'--"])
def test_a_language_we_do_not_speak_is_refused(language):
    member = make_member(language="fr")

    with pytest.raises(UnknownLanguage):
        set_language(member=member, language=language)

    assert Member.objects.get(pk=member.pk).language == "fr"


def test_a_time_zone_is_chosen():
    member = make_member()

    set_timezone(member=member, name="America/Argentina/Buenos_Aires")

    assert Member.objects.get(pk=member.pk).timezone == "America/Argentina/Buenos_Aires"


@pytest.mark.parametrize("name", ["", "Mars/Base", "../../etc/passwd", "/etc/passwd", "a" * 300])
def test_what_is_no_time_zone_is_refused(name):
    member = make_member()

    with pytest.raises(UnknownTimezone):
        set_timezone(member=member, name=name)

    assert Member.objects.get(pk=member.pk).timezone == "UTC"


@pytest.mark.parametrize("kind", NOTIFICATIONS)
def test_a_notification_is_turned_off_alone(kind):
    member = make_member()

    set_notification(member=member, kind=kind, is_on=False)

    fresh = Member.objects.get(pk=member.pk)
    off = {name for name in NOTIFICATIONS if not getattr(fresh, f"notify_{name}")}
    assert off == {kind}


@pytest.mark.parametrize(
    ("client_language", "spoken"),
    [("fr-CA", "fr"), ("RU", "ru"), ("ar_EG", "ar"), ("pt-br", "en"), ("", "en")],
)
def test_the_app_language_is_taken_where_we_speak_it(client_language, spoken):
    assert language_of(Member(client_language=client_language)) == spoken
