import pytest

from botrunner.router import BUTTONS, COMMANDS, PROMPTS
from botrunner.screens.help import _titles
from tests.factories import make_member
from tests.factories.staff import make_staff_member
from tests.phone import Phone
from tests.queries import at_most

pytestmark = pytest.mark.django_db


def named(text: str) -> set[str]:
    return {line.split(" ")[0] for line in text.splitlines() if line.startswith("/")}


def test_a_member_sees_what_everybody_may_do():
    shown = named(Phone(make_member()).say("/help"))

    assert shown == {f"/{c.name}" for c in COMMANDS if c.is_listed and not c.permission}


def test_staff_see_what_their_user_may_do():
    senior, junior = (
        named(Phone(make_staff_member(group)).say("/help")) for group in ("Senior", "Junior")
    )

    assert "/enable" in senior and "/enable" not in junior


def test_the_help_of_a_group_holds_no_staff_and_no_private_command():
    shown = named(Phone(make_staff_member("Creator")).in_group().say("/help"))

    assert shown == {
        f"/{c.name}" for c in COMMANDS if c.is_listed and c.in_groups and not c.permission
    }


@pytest.mark.parametrize("language", ["en", "fr", "ru", "ar"])
def test_the_help_fits_one_message(language):
    phone = Phone(make_staff_member("Creator", language=language))

    assert len(phone.say("/help")) < 4096


def test_the_help_needs_few_queries():
    phone = Phone(make_staff_member("Senior"))
    phone.say("/help")

    with at_most(5):
        phone.say("/help")


def test_every_command_has_a_heading():
    assert {command.topic for command in COMMANDS} <= set(_titles())


def test_no_command_stands_twice():
    names = [name for command in COMMANDS for name in (command.name, *command.aliases)]

    assert len(names) == len(set(names))


def test_staff_commands_stand_under_staff():
    assert {c.topic for c in COMMANDS if c.permission} == {"staff"}


def test_every_button_of_the_menu_has_its_screen():
    phone = Phone(make_staff_member("Creator"))
    phone.say("/start")

    routes = {data.partition(":")[0] for _text, data in phone._buttons()}
    assert routes - set(BUTTONS) == set()


def test_every_question_fits_its_column():
    assert all(len(route) <= 32 for route in PROMPTS)
