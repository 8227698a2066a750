"""Files that staff uploaded, between their look and their import: bounded, and safe to open.

They lie outside of what is backed up: a copy of an older bot's file is worth nothing here
once it is imported, and it is removed then, or a day after nobody confirmed it.
"""

import errno
import secrets
import shutil
import stat
import time
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from zlib import error as ZlibError

from django.conf import settings

from .kinds import CSV_FILES, Kind

MB = 1024**2
# settings.REQUEST_BYTES_MAX_BY_PATH lets in a little more: the form around it.
UPLOAD_BYTES_MAX = 100 * MB
EXPANDED_BYTES_MAX = 300 * MB
FILES_MAX = 5_000
# Text packs to a tenth; a bomb to a thousandth.
RATIO_MAX = 100
# Below this no ratio is a danger.
RATIO_FREE_BYTES = MB
KEPT_SECONDS = 24 * 3600
NAME_BYTES_MAX = 200
_PIECE = 256 * 1024
# The end record of a zip, and the longest remark after it.
_END_BYTES_MAX = 22 + 20 + 65_535
_ARCHIVES = (".zip", ".gz", ".bz2", ".xz", ".7z", ".rar", ".tar", ".tgz")
_LITTER = ("__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini")
FILES, PIECES = "files", "pieces.db"
UNREADABLE = "The zip is damaged, or packed in a way that is not read here."


class UploadRefused(Exception):
    """In words for who uploaded it."""


def keep_upload(chunks: Iterable[bytes], *, name: str, kind: Kind) -> tuple[str, int]:
    """Writes an upload down, unpacked; returns its token and bytes. Raises UploadRefused."""
    token = secrets.token_hex(16)
    folder = folder_of(token)
    (folder / FILES).mkdir(mode=0o700, parents=True)
    try:
        with _refusing_when_full():
            size = _write(chunks, folder / "upload", UPLOAD_BYTES_MAX)
            if not size:
                raise UploadRefused("The file is empty.")
            _place(folder / "upload", folder / FILES, PurePosixPath(name.replace("\\", "/")), kind)
            (folder / "upload").unlink(missing_ok=True)
    except BaseException:
        remove_upload(token)
        raise
    return token, size


def folder_of(token: str) -> Path:
    return Path(settings.LEGACY_UPLOADS) / token


def path_of(token: str, kind: Kind) -> Path:
    """What the kind's reader is given: its folder, or its one file."""
    files = folder_of(token) / FILES
    found = sorted(files.iterdir()) if files.is_dir() else []
    return files if kind.is_folder or len(found) != 1 else found[0]


def is_there(token: str) -> bool:
    return (folder_of(token) / FILES).is_dir()


def remove_upload(token: str) -> None:
    if token:
        shutil.rmtree(folder_of(token), ignore_errors=True)


def remove_old_uploads(kept: set[str]) -> int:
    """What is of no import in `kept` and past its time; returns how many."""
    oldest, removed = time.time() - KEPT_SECONDS, 0
    root = Path(settings.LEGACY_UPLOADS)
    for folder in root.iterdir() if root.is_dir() else ():
        if folder.name not in kept and folder.stat().st_mtime < oldest:
            shutil.rmtree(folder, ignore_errors=True)
            removed += 1
    return removed


def _place(upload: Path, files: Path, name: PurePosixPath, kind: Kind) -> None:
    if zipfile.is_zipfile(upload) and name.suffix.lower() == ".zip":
        _unpack(upload, files, kind)
        return
    if name.suffix.lower() in _ARCHIVES:
        raise UploadRefused("This is no zip that can be read. Pack it again as a plain zip.")
    if kind.code == CSV_FILES:
        raise UploadRefused("Upload the whole folder csv_files as a zip.")
    known = _known_name(name.name, kind)
    if known is None:
        # A file of a kind with one file may have any name.
        if kind.is_folder:
            raise UploadRefused(f"Its name must be one of {', '.join(kind.names)}.")
        known = kind.names[0] if kind.names else f"upload{kind.suffixes[0]}"
    if len(known.encode()) > NAME_BYTES_MAX:
        # The page shows its own; on the disk it would be too long.
        known = f"upload{name.suffix.lower()}"
    upload.rename(files / known)


def _known_name(name: str, kind: Kind) -> str | None:
    """The name under which the kind's reader looks for it; None for what it does not take."""
    for known in kind.names:
        if name.lower() == known.lower():
            return known
    is_open = kind.code == CSV_FILES or not kind.names
    return name if is_open and name.lower().endswith(kind.suffixes) else None


def _unpack(upload: Path, files: Path, kind: Kind) -> None:
    _check_directory(upload)
    try:
        with zipfile.ZipFile(upload) as archive:
            entries = archive.infolist()
            if len(entries) > FILES_MAX:
                raise UploadRefused(f"The zip holds more than {FILES_MAX:,} files.")
            _check_sizes(entries, upload.stat().st_size)
            for entry in entries:
                _check_entry(entry)
            room = EXPANDED_BYTES_MAX
            for entry in entries:
                if target := _target_of(entry, files, kind):
                    with archive.open(entry) as source:
                        room -= _write(iter(lambda: source.read(_PIECE), b""), target, room)
    except (zipfile.BadZipFile, ZlibError, EOFError, NotImplementedError, ValueError) as error:
        raise UploadRefused(UNREADABLE) from error
    except OSError as error:
        # Its directory leads to a place before its beginning.
        if error.errno != errno.EINVAL:
            raise
        raise UploadRefused(UNREADABLE) from error
    if not any(files.iterdir()):
        raise UploadRefused(f"The zip holds none of the files of this kind: {kind.hint}.")
    if not kind.names and len(list(files.iterdir())) > 1:
        raise UploadRefused("The zip holds several files of this kind: upload one of them.")


def _check_directory(upload: Path) -> None:
    """Before it is read: a list of millions of names takes more memory than their files."""
    with upload.open("rb") as file:
        file.seek(max(upload.stat().st_size - _END_BYTES_MAX, 0))
        tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    is_large_format = tail[max(at - 20, 0) :].startswith(b"PK\x06\x07")
    if is_large_format or int.from_bytes(tail[at + 12 : at + 16], "little") > FILES_MAX * 400:
        raise UploadRefused(f"The zip holds more than {FILES_MAX:,} files.")


def _check_sizes(entries: list[zipfile.ZipInfo], packed: int) -> None:
    whole = sum(entry.file_size for entry in entries)
    if whole > EXPANDED_BYTES_MAX:
        raise UploadRefused(f"Unpacked, the zip is larger than {EXPANDED_BYTES_MAX // MB} MB.")
    if whole > RATIO_FREE_BYTES and whole > packed * RATIO_MAX:
        raise UploadRefused(
            f"The zip unpacks to more than {RATIO_MAX} times its size: it is not opened."
        )


def _check_entry(entry: zipfile.ZipInfo) -> None:
    path = PurePosixPath(entry.filename.replace("\\", "/"))
    name = path.name[:60]
    if path.is_absolute() or ".." in path.parts or ":" in entry.filename or "\x00" in str(path):
        raise UploadRefused("The zip holds paths that lead out of it: it is not opened.")
    if entry.flag_bits & 0x1:
        raise UploadRefused("The zip is locked by a password. Pack it again without one.")
    if not entry.filename:
        raise zipfile.BadZipFile("an entry without a name")
    # The others may ask for gigabytes of memory to be unpacked in.
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise NotImplementedError("packed in another way")
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind and kind not in (stat.S_IFREG, stat.S_IFDIR):
        raise UploadRefused(f"The zip holds a link ({name}): pack the file itself.")
    if path.suffix.lower() in _ARCHIVES:
        raise UploadRefused(f"The zip holds another archive ({name}): unpack that one first.")


def _target_of(entry: zipfile.ZipInfo, files: Path, kind: Kind) -> Path | None:
    """By its name alone, whatever folder it lies in; None for what is not this kind's."""
    path = PurePosixPath(entry.filename.replace("\\", "/"))
    if entry.is_dir() or any(part in _LITTER or part.startswith("._") for part in path.parts):
        return None
    known = _known_name(path.name, kind)
    if known is None:
        return None
    if len(known.encode()) > NAME_BYTES_MAX:
        raise UploadRefused("The zip holds a file whose name is too long.")
    if (files / known).exists():
        raise UploadRefused(f"The zip holds {known[:60]} more than once.")
    return files / known


def _write(chunks: Iterable[bytes], path: Path, bytes_max: int) -> int:
    """What a zip says of its sizes may be a lie: what is really written is counted."""
    size = 0
    with path.open("xb") as file:
        path.chmod(0o600)
        for chunk in chunks:
            size += len(chunk)
            if size > bytes_max:
                raise UploadRefused(f"The file is larger than {bytes_max // MB} MB.")
            file.write(chunk)
    return size


@contextmanager
def _refusing_when_full() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise UploadRefused("The disk has no room for it. Nothing was kept.") from error
