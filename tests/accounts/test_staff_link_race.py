"""Two phones with one code at the same moment."""

import pytest
from django.utils import timezone

from accounts.models import Member
from accounts.services import link_staff, new_link_code, web_actor
from tests.concurrency import run_together
from tests.factories import make_member
from tests.factories.staff import make_staff_user

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
NOW = timezone.now()


def test_a_code_taken_twice_at_once_links_one_member():
    user = make_staff_user()
    code = new_link_code(user=user, requested_by=user, actor=web_actor(user), now=NOW)
    members = [make_member() for _ in range(8)]

    results = run_together(
        *[lambda pk=member.pk: link_staff(member_id=pk, code=code, now=NOW) for member in members]
    )

    assert results.count(user) == 1
    assert results.count(None) == 7
    assert Member.objects.filter(staff_user=user).count() == 1
