import pytest
from hypothesis import given
from hypothesis import strategies as st

from points.amounts import parse_amount, parse_change, split_amount
from points.errors import InvalidAmount

ODD = [
    *("", " ", "0", "00", "-5", "+5", "1e3", "1.5", "1,5", "1,000", "1 000", "1_000", "0x10"),
    *("٥", "５", "½", "²", "nan", "inf", "None", str(2**63), str(10**12 + 1), "9" * 5000),
    *("5\x00", "5\u200b", "five"),
]


@pytest.mark.parametrize("text", ODD)
def test_an_odd_amount_is_refused(text):
    with pytest.raises(InvalidAmount) as caught:
        parse_amount(text)

    assert len(caught.value.params["text"]) <= 32


@pytest.mark.parametrize(("text", "amount"), [("1", 1), (" 50\n", 50), (str(10**12), 10**12)])
def test_a_whole_number_is_read(text, amount):
    assert parse_amount(text) == amount


@given(st.integers(1, 10**12))
def test_every_amount_is_read_as_it_is_written(amount):
    assert parse_amount(str(amount)) == amount


@given(st.text(max_size=40))
def test_a_text_is_read_as_its_number_or_refused(text):
    try:
        amount = parse_amount(text)
    except InvalidAmount:
        return
    assert text.strip().isascii()
    assert amount == int(text)
    assert 1 <= amount <= 10**12


@pytest.mark.parametrize(
    ("text", "change"), [("+50", 50), ("50", 50), ("-50", -50), ("\u221250", -50)]
)
def test_a_change_has_a_sign(text, change):
    assert parse_change(text) == change


@pytest.mark.parametrize("text", ["+", "-", "--5", "+-5", "-0", "- 5.0", "-٥"])
def test_an_odd_change_is_refused_as_it_was_written(text):
    with pytest.raises(InvalidAmount) as caught:
        parse_change(text)

    assert caught.value.params["text"] == text


@pytest.mark.parametrize(
    ("text", "amount", "note"),
    [
        ("50", "50", ""),
        ("50 for the tea", "50", "for the tea"),
        ("50 2 teas", "50", "2 teas"),
        ("1 000", "1 000", ""),
        ("1\u202f000 000 rent", "1 000 000", "rent"),
        ("-1 000 a mistake", "-1 000", "a mistake"),
        ("5000 100 times thanks", "5000", "100 times thanks"),
        ("", "", ""),
    ],
)
def test_a_thousand_in_two_words_is_no_one_with_a_note(text, amount, note):
    assert split_amount(text) == (amount, note)
