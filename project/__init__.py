"""The frame: settings, errors, dashboard and operations.

Everything imports this package first, which makes it the one place where our
app `numbers` can be joined to the standard library's module of that name:
decimal, fractions and statistics import the latter, so neither may hide the
other. The module stays what it is and becomes our app's package too.
"""

from pathlib import Path

import numbers

numbers.__path__ = [str(Path(__file__).resolve().parent.parent / "numbers")]
