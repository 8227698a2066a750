from io import StringIO

import pytest

from project.running.console import Console, LineSplitter


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


class Gone(StringIO):
    def write(self, text: str) -> int:
        raise BrokenPipeError


def test_lines_are_made_whole_again():
    splitter = LineSplitter()

    pieces = [splitter.feed(data) for data in (b"one\ntw", b"o\r\nth", b"")]

    assert pieces == [["one"], ["two"], []]
    assert splitter.finish() == ["th"]
    assert splitter.finish() == []


def test_a_line_without_end_is_cut_and_not_kept():
    splitter = LineSplitter()

    (line,) = splitter.feed(b"x" * 70_000)

    assert len(line) == 70_000
    assert splitter.feed(b"y\n") == ["y"]


def test_bytes_that_are_no_text_are_shown_all_the_same():
    assert LineSplitter().feed(b"\xff\n") == ["\ufffd"]


def test_names_are_aligned():
    stream = StringIO()
    console = Console(["web", "worker"], stream)

    console.part_line("web", "up")
    console.part_line("worker", "up")

    assert stream.getvalue() == "web    │ up\nworker │ up\n"


@pytest.mark.parametrize(("no_colour", "expected"), [("", True), ("1", False)])
def test_colours_are_for_terminals_that_want_them(monkeypatch, no_colour, expected):
    monkeypatch.setenv("NO_COLOR", no_colour)
    stream = Terminal()

    Console(["web"], stream).part_line("web", "up")

    assert ("\033[" in stream.getvalue()) is expected


def test_the_frame_is_as_wide_as_its_longest_line():
    stream = StringIO()

    Console(["web"], stream).frame(["a", "longest"])

    widths = {len(line) for line in stream.getvalue().split("\n") if line}
    assert widths == {len("longest") + 6}


def test_output_that_nobody_reads_any_more_is_no_error():
    console = Console(["web"], Gone())

    console.note("one")
    console.note("two")
