import decimal
import fractions
import subprocess
import sys

import numbers


def test_the_standard_module_stays_what_it_is():
    assert isinstance(decimal.Decimal(1), numbers.Number)
    assert isinstance(fractions.Fraction(1, 2), numbers.Rational)


def test_our_app_is_found_inside_it():
    import numbers.apps

    assert numbers.apps.__file__.endswith("numbers/apps.py")


def test_both_hold_when_the_standard_module_was_imported_first():
    code = (
        "import decimal, numbers, project, numbers.apps;"
        "assert isinstance(decimal.Decimal(1), numbers.Number)"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)

    assert done.returncode == 0, done.stderr
