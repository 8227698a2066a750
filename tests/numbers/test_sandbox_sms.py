"""What the sandbox's page asks for to send SMS."""

import pytest

from numbers.models import Provider
from numbers.selectors import list_leased_numbers, sandbox_provider
from numbers.services import release_lease
from tests.factories import make_member
from tests.factories.numbers import make_lease
from tests.numbers.webhooks import post

pytestmark = pytest.mark.django_db


def test_the_sandbox_has_a_provider_of_its_own(client, settings):
    settings.SANDBOX = True

    slug, secret = sandbox_provider()

    assert (slug, secret) == sandbox_provider()
    assert post(client, Provider.objects.get(slug=slug)).status_code == 200


def test_there_is_none_in_production(settings):
    settings.SANDBOX = False

    with pytest.raises(LookupError):
        sandbox_provider()

    assert not Provider.objects.exists()


def test_the_sandbox_lists_the_numbers_that_are_held():
    lease = make_lease(member=make_member(first_name="Ann"))
    release = make_lease()
    release_lease(member_id=release.member_id, lease_id=release.pk, now=release.started_at)

    listed = list_leased_numbers()

    assert [(one["number"], one["holder"]) for one in listed] == [(f"+{lease.number.e164}", "Ann")]
