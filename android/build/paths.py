"""Where things are, and the small tools that every step uses."""

import hashlib
import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ANDROID = ROOT / "android"
LOCKS = ANDROID / "locks"
APP = ANDROID / "app" / "src"
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
OUT = TARGET / "android"
PROGRAMS = Path(os.environ.get("TRAK_PROGRAMS", TARGET / "debug"))
CACHE = Path(os.environ.get("TRAK_ANDROID_CACHE", OUT / "cache"))

APPLICATION_ID = "online.trakiot.app"
MIN_SDK, TARGET_SDK = "26", "36"


def fail(message):
    """Ends with one line."""
    sys.exit(f"scripts/android: {message}")


def run(command, **options):
    """Runs a program; its output is shown only when it fails."""
    command = [str(part) for part in command]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options)
    if done.returncode:
        print(done.stdout[-8000:], file=sys.stderr)
        fail(f"{Path(command[0]).name} failed: {' '.join(command)[:300]}")
    return done.stdout


def files(*roots):
    """All files below the roots, in a settled order."""
    found = []
    for root in roots:
        found += sorted(p for p in root.rglob("*") if p.is_file()) if root.is_dir() else [root]
    return found


def digest(paths, *more):
    """Sixteen hexadecimal digits that change with any of the files' contents."""
    sha = hashlib.sha256(repr(more).encode())
    for path in paths:
        sha.update(str(path.name).encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return sha.hexdigest()[:16]


class Step:
    """Skips work whose inputs are those of the last time: `with Step(...) as todo: if todo: ...`."""

    def __init__(self, name, inputs, *more):
        self.name = name
        self.stamp = OUT / "stamps" / name
        self.digest = digest(inputs, *more)

    def __enter__(self):
        self.started = time.monotonic()
        self.todo = not (self.stamp.exists() and self.stamp.read_text() == self.digest)
        if self.todo:
            self.stamp.unlink(missing_ok=True)
        return self.todo

    def __exit__(self, kind, *_):
        if kind is None:
            self.stamp.parent.mkdir(parents=True, exist_ok=True)
            self.stamp.write_text(self.digest)
            note = f"{time.monotonic() - self.started:6.1f} s" if self.todo else "unchanged"
            print(f"{self.name:<24}{note}", flush=True)
