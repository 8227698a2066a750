from datetime import timedelta

import pytest
from django.utils import timezone

from botrunner import drafts
from botrunner.requests import Request
from tests.factories import make_member

pytestmark = pytest.mark.django_db


def request_of(member) -> Request:
    return Request(member=member, now=timezone.now(), key="u1", chat_id=1)


def test_words_are_read_back_by_their_author_alone():
    ann, boris = make_member(), make_member()

    drafts.keep(request_of(ann), "op1", "tea\x00")

    assert drafts.read(request_of(ann), "op1") == "tea"
    assert drafts.read(request_of(boris), "op1") == ""


def test_old_words_are_dropped():
    request = request_of(make_member())
    drafts.keep(request, "op1", "tea")

    drafts.purge(request.now + drafts.KEPT_FOR)
    kept = drafts.read(request, "op1")
    drafts.purge(request.now + drafts.KEPT_FOR + timedelta(seconds=1))

    assert (kept, drafts.read(request, "op1")) == ("tea", "")
