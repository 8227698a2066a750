"""A store on loopback that speaks as much S3 as backups need, and fails as it is told.

Objects are files of a folder: what a test sees in memory is ours and not the server's.
"""

import hashlib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, quote, unquote, urlsplit
from xml.sax.saxutils import escape

BUCKET = "tally"
BLOCK = 256 * 1024
PAGE = 5  # keys a page: a list is longer


class Store:
    """`fault(method, key)` names what goes wrong: 403, 500, hang, cut, flip, lose."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.fault: Callable[[str, str], str] = lambda method, key: ""
        self.requests: list[tuple[str, str]] = []
        self.headers: list[str] = []
        self.age = timedelta()
        self.released = threading.Event()
        self.url = ""

    def path(self, key: str) -> Path:
        return self.folder / quote(key, safe="")

    def list_keys(self) -> list[str]:
        paths = (path.name for path in self.folder.iterdir() if ".part" not in path.name)
        return sorted(unquote(name) for name in paths)

    def count(self, method: str, part: str = "") -> int:
        return sum(1 for verb, key in self.requests if verb == method and part in key)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    store: Store

    def log_message(self, *args: object) -> None:
        pass

    def _begin(self) -> tuple[str, dict[str, str], str]:
        address = urlsplit(self.path)
        key = unquote(address.path).removeprefix(f"/{BUCKET}").removeprefix("/")
        words = {k: v[0] for k, v in parse_qs(address.query, keep_blank_values=True).items()}
        self.store.requests.append((self.command, key))
        self.store.headers.append(str(self.headers))
        return key, words, self.store.fault(self.command, key)

    def _fails(self, fault: str) -> bool:
        if fault == "hang":
            self.store.released.wait(20)
            self.close_connection = True
            return True
        if fault in ("403", "404", "500"):
            self._drain()
            code = {"403": "AccessDenied", "404": "NoSuchKey", "500": "InternalError"}[fault]
            self._answer(int(fault), f"<Error><Code>{code}</Code><Message>no</Message></Error>")
            return True
        return False

    def _drain(self) -> None:
        left = int(self.headers.get("Content-Length") or 0)
        while left > 0:
            left -= len(self.rfile.read(min(left, BLOCK)))

    def _answer(self, status: int, text: str = "", **headers: str) -> None:
        body = text.encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def do_PUT(self) -> None:
        key, words, fault = self._begin()
        if self._fails(fault):
            return
        path = self.store.path(key)
        if "partNumber" in words:
            path = path.with_name(f"{path.name}.part{int(words['partNumber']):05}")
        left, digest = int(self.headers["Content-Length"]), hashlib.md5()
        with path.open("wb") as file:
            while left > 0:
                block = self.rfile.read(min(left, BLOCK))
                left -= len(block)
                digest.update(block)
                file.write(block)
        if fault == "flip":
            content = bytearray(path.read_bytes())
            content[len(content) // 2] ^= 1
            path.write_bytes(content)
        if fault == "lose":
            path.unlink()
        self._answer(200, ETag=f'"{digest.hexdigest()}"')

    def do_POST(self) -> None:
        key, words, fault = self._begin()
        self._drain()
        if self._fails(fault):
            return
        path = self.store.path(key)
        if "uploads" in words:
            self._answer(
                200,
                f"<InitiateMultipartUploadResult><Bucket>{BUCKET}</Bucket><Key>{escape(key)}</Key>"
                "<UploadId>one</UploadId></InitiateMultipartUploadResult>",
            )
            return
        with path.open("wb") as whole:
            for part in sorted(path.parent.glob(f"{path.name}.part*")):
                with part.open("rb") as file:
                    while block := file.read(BLOCK):
                        whole.write(block)
                part.unlink()
        self._answer(
            200,
            f"<CompleteMultipartUploadResult><Key>{escape(key)}</Key><ETag>x</ETag>"
            "</CompleteMultipartUploadResult>",
        )

    def do_GET(self) -> None:
        key, words, fault = self._begin()
        if self._fails(fault):
            return
        if not key:
            self._list(words)
            return
        path = self.store.path(key)
        if not path.is_file():
            self._fails("404")
            return
        size = path.stat().st_size
        self.send_response(200)
        self.send_header("Content-Length", str(size))
        self.send_header("ETag", '"x"')
        self.end_headers()
        with path.open("rb") as file:
            left = size // 2 if fault == "cut" else size
            while left > 0 and (block := file.read(min(left, BLOCK))):
                left -= len(block)
                self.wfile.write(block)
        self.close_connection = fault == "cut"

    def do_HEAD(self) -> None:
        key, _, fault = self._begin()
        if not self._fails(fault):
            self._answer(200 if self.store.path(key).is_file() else 404)

    def do_DELETE(self) -> None:
        key, words, fault = self._begin()
        if self._fails(fault):
            return
        path = self.store.path(key)
        if "uploadId" in words:
            for part in path.parent.glob(f"{path.name}.part*"):
                part.unlink()
        else:
            path.unlink(missing_ok=True)
        self._answer(204)

    def _list(self, words: dict[str, str]) -> None:
        prefix, after = words.get("prefix", ""), words.get("continuation-token", "")
        keys = [key for key in self.store.list_keys() if key.startswith(prefix) and key > after]
        written = datetime.now(UTC) - self.store.age
        items = "".join(
            f"<Contents><Key>{escape(quote(key))}</Key>"
            f"<LastModified>{written:%Y-%m-%dT%H:%M:%S.000Z}</LastModified>"
            f"<Size>{self.store.path(key).stat().st_size}</Size></Contents>"
            for key in keys[:PAGE]
        )
        more = len(keys) > PAGE
        last = escape(keys[PAGE - 1]) if more else ""
        self._answer(
            200,
            f"<ListBucketResult><Name>{BUCKET}</Name><EncodingType>url</EncodingType>"
            f"<IsTruncated>{str(more).lower()}</IsTruncated>"
            f"<NextContinuationToken>{last}</NextContinuationToken>{items}"
            "</ListBucketResult>",
        )


@contextmanager
def serve(folder: Path) -> Iterator[Store]:
    folder.mkdir()
    store = Store(folder)
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("OwnHandler", (Handler,), {"store": store}))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    store.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield store
    finally:
        store.released.set()
        server.shutdown()
        thread.join()
        server.server_close()
