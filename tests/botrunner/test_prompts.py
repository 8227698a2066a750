from datetime import timedelta

import pytest
from django.utils import timezone

from botrunner import prompts, router
from botrunner.models import Prompt
from botrunner.replies import Reply
from project.errors import Refusal
from tests.factories import make_member
from tests.phone import Phone

pytestmark = pytest.mark.django_db


class Never(Refusal):
    code = "foreign_button"


@pytest.fixture
def phone(monkeypatch):
    """Of a member who was asked for a number above nine."""
    monkeypatch.setitem(router.PROMPTS, "test", _answer)
    member = make_member()
    Prompt.objects.create(
        member=member,
        route="test",
        args=["a", "b"],
        expires_at=timezone.now() + prompts.OPEN_FOR,
    )
    return Phone(member)


def _answer(request):
    if len(request.text) < 2:
        raise Never()
    return Reply(text=f"{request.text} {request.args}")


def test_the_next_text_is_the_answer_once(phone):
    assert phone.say("42") == "42 ('a', 'b')"
    assert "did not understand" in phone.say("42")


def test_a_refused_answer_leaves_the_question_open(phone):
    phone.say("4")

    assert phone.say("42") == "42 ('a', 'b')"


def test_a_command_ends_the_question(phone):
    phone.say("/start")

    assert "did not understand" in phone.say("42")


def test_a_question_is_forgotten_in_the_end(phone):
    phone.now = timezone.now() + prompts.OPEN_FOR + timedelta(seconds=1)

    assert "did not understand" in phone.say("42")


def test_a_text_in_a_group_is_no_answer(phone):
    assert phone.in_group().say("42") == ""
    assert phone.say("42") == "42 ('a', 'b')"
