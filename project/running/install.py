"""Makes .venv from a hashed lock file, once. Runs before anything is installed.

Standard library only: any Python 3.11 starts it as a plain script.
"""

import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

VENV = Path(".venv")
PYTHON = VENV / "bin" / "python"
TAIL_LINES = 15


def main(lock: Path) -> None:
    content = lock.read_bytes()
    stamp = VENV / f".{lock.name}.sha256"
    # Held until this process ends: two starts at once install one after the other.
    with lock.open() as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)
        if is_usable() and is_stamped(stamp, content):
            return
        say("Installing what Tallyhouse is made of (once, about a minute)…")
        if not is_usable():
            make_venv()
        install(lock)
        stamp.write_text(hashlib.sha256(content).hexdigest(), encoding="ascii")


def is_usable() -> bool:
    """False also for a folder that was copied from elsewhere or whose Python is gone."""
    probe = "import sys, pathlib; print(pathlib.Path(sys.prefix).resolve())"
    try:
        done = subprocess.run([PYTHON, "-c", probe], capture_output=True, text=True)
    except OSError:
        return False
    return done.stdout.strip() == str(VENV.resolve())


def is_stamped(stamp: Path, content: bytes) -> bool:
    try:
        return stamp.read_text(encoding="ascii") == hashlib.sha256(content).hexdigest()
    except FileNotFoundError:
        return False


def make_venv() -> None:
    uv = shutil.which("uv")
    if importlib.util.find_spec("ensurepip"):
        call([sys.executable, "-m", "venv", "--clear", str(VENV)])
    elif uv:
        call([uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(VENV)])
    else:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        sys.exit(
            "Python cannot make virtual environments here: run"
            f" `sudo apt install python3-venv` (or python{version}-venv), then try again."
        )


def install(lock: Path) -> None:
    uv = shutil.which("uv")
    by_pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--no-input"]
    by_pip += ["--disable-pip-version-check", "--require-hashes", "-r", str(lock)]
    has_pip = (VENV / "bin" / "pip").exists()
    if uv:
        by_uv = [uv, "pip", "install", "--quiet", "--python", str(PYTHON)]
        by_uv += ["--require-hashes", "-r", str(lock)]
        if call(by_uv, may_fail=has_pip):
            return
        say("uv could not install it; trying pip…")
    call(by_pip)


def call(command: list[str], *, may_fail: bool = False) -> bool:
    done = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL
    )
    if done.returncode and not may_fail:
        output = done.stdout.decode(errors="replace").splitlines()
        print(*output[-TAIL_LINES:], sep="\n", file=sys.stderr)
        tool = " ".join(os.path.basename(word) for word in command[:3])
        sys.exit(f"\nInstalling failed in `{tool}`: the lines above say why; ./run tries again.")
    return not done.returncode


def say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1]))
    except KeyboardInterrupt:
        sys.exit(130)
