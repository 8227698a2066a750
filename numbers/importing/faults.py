"""Why a file, or a line of it, is not taken: stable codes, and the words staff read."""

from numbers.errors import FileRefused

# Whole files
EMPTY = "empty_file"
NOT_CSV = "not_csv"
TOO_LARGE = "too_large"
SAME_FILE = "same_file"
SAME_FILE_RUNNING = "same_file_running"
SAME_FILE_CANCELLED = "same_file_cancelled"
RIGHTS = "rights_not_confirmed"
NOTHING_NEW = "nothing_new"
NO_LINES = "no_lines"
UNREADABLE = "unreadable"
NO_ROOM = "no_room"
TOO_MANY_LINES = "too_many_lines"
ENDLESS_LINE = "endless_line"

FILE_WORDS = {
    EMPTY: "The file is empty.",
    NOT_CSV: "This is not a CSV file but {kind}. {advice}",
    TOO_LARGE: (
        "The file is larger than {limit} MB. Import it with manage.py import_numbers, or in parts."
    ),
    TOO_MANY_LINES: "The file has more than {limit:,} lines. Divide it, and import the parts.",
    ENDLESS_LINE: (
        "The file has a line of more than {limit} KB: that is no list of numbers. "
        "Save the table as CSV, with one number in a line."
    ),
    SAME_FILE: "This very file was imported already, on {when} as {name}.",
    SAME_FILE_RUNNING: "This very file is being imported, since {when}, as {name}.",
    SAME_FILE_CANCELLED: (
        "The import of this very file was cancelled half-way, on {when}, as {name}. "
        "Undo that one, then import the file again."
    ),
    RIGHTS: "Confirm that you have the right to use these numbers.",
    NOTHING_NEW: "No line of the file became a number: {rejected} rejected.",
    NO_LINES: "The file names its columns and holds no line below them.",
    UNREADABLE: "The file could not be read: {problem}.",
    NO_ROOM: "There is no room left on the disk: nothing was imported.",
}

# Lines
BLANK = "empty"
INVALID = "invalid"
OTHER_COUNTRY = "other_country"
SCIENTIFIC = "scientific"
IN_FILE = "duplicate_in_file"
IN_STOCK = "duplicate_in_stock"
LINE_TOO_LONG = "line_too_long"
CELL_TOO_LONG = "cell_too_long"

DUPLICATES = {IN_FILE, IN_STOCK}
LINE_WORDS = {
    BLANK: "No number in this line",
    INVALID: "Not a valid number",
    OTHER_COUNTRY: "A number of another country than the pool's",
    SCIENTIFIC: "Digits were lost: the number was saved in scientific notation",
    IN_FILE: "Repeats an earlier line of this file",
    IN_STOCK: "Is in stock already",
    LINE_TOO_LONG: "The line is too long",
    CELL_TOO_LONG: "The cell is too long to be a number",
}

# What helps, where that is not plain from the words.
LINE_ADVICE = {
    INVALID: "Without the pool's country only international numbers are understood.",
    OTHER_COUNTRY: "Import these into a pool of their country, or of any country.",
    SCIENTIFIC: "Make the column one of text in the spreadsheet, fill it anew, save as CSV again.",
    IN_STOCK: "They came with an earlier file, which keeps them.",
}


def refuse(fault: str, **values: object) -> FileRefused:
    return FileRefused(fault=fault, words=FILE_WORDS[fault].format(**values))


def refuse_all(rejected: int, rejections: object) -> FileRefused:
    """Not one line became a number; the first of them are told."""
    if not rejected:
        return refuse(NO_LINES)
    refusal = refuse(NOTHING_NEW, rejected=rejected)
    refusal.params["rejections"] = rejections
    return refusal
