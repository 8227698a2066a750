"""What is read of a provider's list: by fields or by columns, in its own time."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from numbers.arrivals import BadBody
from numbers.models import Provider
from numbers.providers.polling import (
    BadAnswer,
    find_rows,
    make_headers,
    make_url,
    read_row,
    write_row,
)
from numbers.providers.times import check_pattern, read_time, read_zone
from numbers.services.trials import mask_shape

NOW = datetime(2026, 5, 1, 12, 0, 30, tzinfo=UTC)
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
COLUMNS = {
    "time_field": "0",
    "number_field": "2",
    "sender_field": "3",
    "text_field": "4",
}
FIELDS = {
    "time_field": "received.at",
    "number_field": "to",
    "sender_field": "from",
    "text_field": "text",
    "id_field": "id",
}
ROW = ["2026-05-01 12:00:00", "UAE mobile", "971501112233", "Example", "Your code is 482913"]
OBJECT = {
    "id": 77,
    "to": 971501112233,
    "from": None,
    "text": "Your code is 482913",
    "received": {"at": "2026-05-01T14:00:00+02:00"},
}


def read(row, **fields):
    return read_row(Provider(kind="polling", slug="x", **fields), row, came_at=NOW)


def test_a_row_of_columns_is_read_by_their_numbers():
    arrival = read(ROW, **COLUMNS)

    assert (arrival.to_e164, arrival.sender, arrival.text) == (
        971501112233,
        "Example",
        "Your code is 482913",
    )
    assert (arrival.received_at, arrival.within) == (NOW.replace(second=0), SECOND)


def test_a_row_of_fields_is_read_by_their_names():
    arrival = read(OBJECT, **FIELDS)

    assert (arrival.message_id, arrival.to_e164, arrival.sender) == ("77", 971501112233, "")
    assert arrival.received_at == NOW.replace(second=0)


def test_a_name_may_hold_a_dot():
    assert read({**OBJECT, "received.at": "2026-05-01 12:00:09"}, **FIELDS).received_at == (
        NOW.replace(second=9)
    )


def test_without_ids_the_same_row_is_the_same_message_and_any_other_is_not():
    same = read(ROW, **COLUMNS).message_id
    others = [[*ROW[:place], f"{ROW[place]}1", *ROW[place + 1 :]] for place in (2, 3, 4)]
    others.append(["2026-05-01 12:00:01", *ROW[1:]])

    assert read([*ROW, "seen 4 s ago"], **COLUMNS).message_id == same
    assert len({same, *(read(row, **COLUMNS).message_id for row in others)}) == 5


def test_a_long_id_is_not_cut_short():
    ids = [read({**OBJECT, "id": "x" * 300 + end}, **FIELDS).message_id for end in "ab"]

    assert len(set(ids)) == 2 and max(map(len, ids)) <= 120


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"to": "abc"}, "our number: not in international form"),
        ({"to": None}, "our number: not a text"),
        ({"to": True}, "our number: not a text"),
        ({"text": ["x"]}, "text: not a text"),
        ({"id": " "}, "id: empty"),
        ({"received": "x"}, "time: not there"),
        ({"received": {"at": "CANARY"}}, "time: not in the format given"),
        ({"received": {"at": "2026-05-01"}}, "time: not in the format given"),
        ({"received": {"at": 1e30}}, "time: not in the format given"),
        ({"more": "x" * 20_000}, "row: too large"),
    ],
)
def test_a_row_that_cannot_be_read_says_which_part_is_wrong(change, wrong):
    with pytest.raises(BadBody, match=wrong) as failure:
        read({**OBJECT, **change}, **FIELDS)

    assert "CANARY" not in str(failure.value)


@pytest.mark.parametrize("row", ["x", 5, None, [], {}, [[]], ["a"]])
def test_what_is_no_row_of_sms_is_refused(row):
    for fields in (COLUMNS, FIELDS):
        with pytest.raises(BadBody):
            read(row, **fields)


def test_what_cannot_be_stored_is_left_out():
    assert read([*ROW[:4], "a\x00b\ud800"], **COLUMNS).text == "ab?"


def test_a_row_that_is_kept_is_read_the_same():
    assert read(json.loads(write_row(ROW)), **COLUMNS) == read(ROW, **COLUMNS)


@pytest.mark.parametrize("words", ["رمزك هو 445566", "half a character: \ud800"])
def test_a_row_is_kept_in_letters_that_staff_can_read(words):
    kept = write_row([words])

    assert json.loads(kept) == [words]
    assert (words.encode("utf-8", "replace") in kept) is (words.isprintable())


@pytest.mark.parametrize(
    ("body", "path", "count"),
    [
        (b"[[1], [2]]", "", 2),
        (b'{"aaData": [[1]]}', "aaData", 1),
        (b'{"data": {"messages": []}}', "data.messages", 0),
        (b'[{"x": [1, 2, 3]}]', "0.x", 3),
        (b"[" + b"1," * 1_500 + b"1]", "", 1_000),
    ],
)
def test_the_list_is_found_by_its_path(body, path, count):
    assert len(find_rows(body, path)) == count


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "no JSON"),
        (b"<html>CANARY</html>", "no JSON"),
        (b"\xff\xfe", "no JSON"),
        (b"[" * 60_000, "no JSON"),
        (b"[1]", "the answer is itself a list of 1"),
        (b'"CANARY"', "a single value"),
        (b'{"aaData": "CANARY"}', "that is no list; the answer has aaData"),
        (b'{"rows": [1, 2], "ok": "CANARY"}', r"the answer has rows \(list of 2\), ok"),
        # Neither could be stored, nor shown.
        (b'{"a\\ud800\\u0000": []}', r"the answer has a\? \(list of 0\)$"),
    ],
)
def test_an_answer_without_the_list_says_what_is_there(body, words):
    with pytest.raises(BadAnswer, match=words) as failure:
        find_rows(body, "aaData")

    assert "CANARY" not in str(failure.value)


@pytest.mark.parametrize(
    ("text", "pattern", "zone", "moment", "within"),
    [
        ("2026-05-01 12:00:05", "", "UTC", "2026-05-01T12:00:05", SECOND),
        (" 2026-05-01T12:00:05.250Z ", "", "Asia/Dubai", "2026-05-01T12:00:05.250", SECOND),
        ("2026-05-01 16:00:05", "", "Asia/Dubai", "2026-05-01T12:00:05", SECOND),
        ("2026-05-01 17:45", "", "Asia/Kathmandu", "2026-05-01T12:00:00", MINUTE),
        ("1777636805", "", "Asia/Dubai", "2026-05-01T12:00:05", SECOND),
        ("1777636805.5", "", "UTC", "2026-05-01T12:00:05.5", SECOND),
        ("1777636805000", "", "UTC", "2026-05-01T12:00:05", SECOND),
        ("01/05/2026 14:00:05", "%d/%m/%Y %H:%M:%S", "Europe/Paris", "2026-05-01T12:00:05", SECOND),
        ("05/01/26 02:00 PM", "%m/%d/%y %I:%M %p", "Europe/Paris", "2026-05-01T12:00:00", MINUTE),
        ("01May2026 12:00 +0200", "%d%b%Y %H:%M %z", "UTC", "2026-05-01T10:00:00", MINUTE),
    ],
)
def test_times_are_read_as_the_list_writes_them(text, pattern, zone, moment, within):
    read = read_time(text, pattern, read_zone(zone), near=NOW)

    assert read == (datetime.fromisoformat(moment).replace(tzinfo=UTC), within)


@pytest.mark.parametrize("hour", [0, 1])
def test_of_the_hour_that_is_there_twice_the_nearer_is_meant(hour):
    """Clocks in Paris go back at 01:00 UTC."""
    near = datetime(2026, 10, 25, hour, 30, 20, tzinfo=UTC)

    moment, _ = read_time("2026-10-25 02:30:00", "", read_zone("Europe/Paris"), near=near)

    assert moment == near.replace(second=0)


@pytest.mark.parametrize("text", ["", "12:00:05", "2026-05-01", "0001-01-01 00:00:00", "9" * 13])
def test_what_tells_no_moment_of_ours_is_no_time(text):
    with pytest.raises(ValueError, match="."):
        read_time(text, "", UTC, near=NOW)


@pytest.mark.parametrize(
    "pattern",
    [
        "%d/%m/%Y",
        "%H:%M",
        "x",
        "%d %H:%M",
        "%Q",
        "%I:%M %d/%m/%Y",
        "%d/%m/%Y %H:%M %d",
        "%c %c",
    ],
)
def test_a_pattern_that_tells_no_moment_is_refused(pattern):
    with pytest.raises(ValueError, match="."):
        check_pattern(pattern)


@pytest.mark.parametrize("name", ["", "Mars/Olympus", "/etc/passwd", "../UTC", "a\x00b"])
def test_a_zone_that_does_not_exist_is_refused(name):
    with pytest.raises(ValueError, match="no such time zone"):
        read_zone(name)


def test_the_key_goes_where_it_is_written_down():
    in_header = Provider(secret="a b", auth_header="Authorization", url="https://x.example/")
    in_address = Provider(secret="a b", url="https://x.example/?k={key}")

    assert make_headers(in_header)["Authorization"] == "a b"
    assert "a b" not in make_headers(in_address).values()
    assert make_url(in_address, NOW) == "https://x.example/?k=a%20b"


def test_since_is_an_hour_before_the_last_success_in_the_lists_own_time():
    provider = Provider(url="https://x.example/?from={since}", time_zone="Asia/Dubai")

    assert make_url(provider, NOW).endswith("from=2026-04-30%2016%3A00%3A30")
    provider.last_success_at, provider.time_format = NOW, "%d/%m/%Y %H:%M"
    assert make_url(provider, NOW).endswith("from=01%2F05%2F2026%2015%3A00")


def test_a_shape_shows_what_kind_of_thing_it_is_and_no_more():
    assert mask_shape("Код: 482913, +٤٨٢") == "aaa: 000000, +000"
