import pytest
from django.utils import timezone

from accounts.errors import MemberNotFound, NotAPerson
from accounts.services import Contact
from botrunner.addressees import read_addressee
from botrunner.requests import Request
from tests.factories import make_member

pytestmark = pytest.mark.django_db


def make_request(text: str, **fields) -> Request:
    fields.setdefault("member", make_member())
    return Request(now=timezone.now(), key="u1", chat_id=1, text=text, **fields)


@pytest.mark.parametrize("name", ["@Boris_1", "@boris_1", "Boris_1", "700099999"])
def test_a_member_is_named_by_username_or_id(name):
    boris = make_member(username="Boris_1", telegram_id=700099999)

    assert read_addressee(make_request(f"{name} 50 thanks")) == (boris, ["50", "thanks"])


@pytest.mark.parametrize("name", ["@nobody", "@", "@a'b", "@ا", "12345", "@" + "x" * 4096])
def test_a_stranger_is_not_found(name):
    with pytest.raises(MemberNotFound):
        read_addressee(make_request(f"{name} 50"))


def test_a_lone_number_is_the_amount_where_one_follows():
    assert read_addressee(make_request("50000"), amount_follows=True) == (None, ["50000"])


def test_a_linked_person_is_cut_out_of_the_text():
    boris = make_member(first_name="Борис 😀")
    text = "/send Борис 😀 50"
    link = {"type": "text_mention", "offset": 6, "length": 8, "user": {"id": boris.telegram_id}}
    request = make_request(
        "Борис 😀 50",
        mentioned=[Contact(boris.telegram_id)],
        payload={"text": text, "entities": [link]},
    )

    assert read_addressee(request) == (boris, ["50"])


def test_the_author_of_the_answered_message_is_meant_in_a_group():
    boris = make_member()
    request = make_request("50", replied_to=Contact(boris.telegram_id), chat_kind="supergroup")

    assert read_addressee(request, amount_follows=True) == (boris, ["50"])


def test_an_answer_in_the_private_chat_points_at_nobody():
    request = make_request("50", replied_to=Contact(1, is_bot=True))

    assert read_addressee(request, amount_follows=True) == (None, ["50"])


def test_the_author_of_a_forwarded_message_is_meant():
    boris = make_member()
    origin = {"type": "user", "sender_user": {"id": boris.telegram_id, "is_bot": False}}

    assert read_addressee(make_request("", payload={"forward_origin": origin}))[0] == boris


def test_a_bot_is_nobody_to_deal_with():
    request = make_request(
        "50", replied_to=Contact(5, first_name="Robo", is_bot=True), chat_kind="group"
    )

    with pytest.raises(NotAPerson):
        read_addressee(request)
