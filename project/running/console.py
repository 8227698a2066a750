"""What ./run shows: one calm line at a time, each part with its own name and colour."""

import os
import sys
from typing import TextIO

COLOURS = (36, 32, 33, 35, 34, 96)
DIM, BOLD = 2, 1


class Console:
    def __init__(self, names: list[str], stream: TextIO = sys.stdout) -> None:
        self._stream = stream
        self._coloured = stream.isatty() and not os.environ.get("NO_COLOR")
        self._width = max(map(len, names))
        self._colours = {name: COLOURS[index % len(COLOURS)] for index, name in enumerate(names)}

    def part_line(self, name: str, line: str) -> None:
        label = self._paint(f"{name:<{self._width}} │", self._colours[name])
        self._write(f"{label} {line}")

    def note(self, text: str) -> None:
        self._write(self._paint(text, DIM))

    def frame(self, lines: list[str]) -> None:
        width = max(map(len, lines))
        self._write("")
        self._write(f"╭{'─' * (width + 4)}╮")
        for line in lines:
            self._write(f"│  {self._paint(line.ljust(width), BOLD)}  │")
        self._write(f"╰{'─' * (width + 4)}╯")
        self._write("")

    def _paint(self, text: str, code: int) -> str:
        return f"\033[{code}m{text}\033[0m" if self._coloured else text

    def _write(self, line: str) -> None:
        try:
            self._stream.write(line + "\n")
            self._stream.flush()
        except BrokenPipeError:
            # Whoever read our output is gone; the parts keep running without it.
            self._stream = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115


class LineSplitter:
    """Makes whole lines of what a pipe delivers in pieces."""

    LONGEST = 64 * 1024

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> list[str]:
        *whole, self._rest = (self._rest + data).split(b"\n")
        if len(self._rest) > self.LONGEST:
            whole.append(self._rest)
            self._rest = b""
        return [line.decode(errors="replace").rstrip("\r") for line in whole]

    def finish(self) -> list[str]:
        return self.feed(b"\n") if self._rest else []
