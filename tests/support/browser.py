"""A real Chromium: the machine's own, or Debian's installed as root, or one clear sentence."""

import contextlib
import ctypes
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",  # a test speaks to this machine only
    "--disable-component-update",
    "--disable-sync",
]
DRIVER_NEEDS = "libatomic.so.1"  # by the Node.js inside playwright; a bare Debian has none


def known_chromium() -> str | None:
    given = os.environ.get("CHROMIUM")
    return given or next(filter(None, map(shutil.which, NAMES)), None) or (str(MAC) if MAC.exists() else None)


def missing_packages() -> list[str]:
    """Debian's names of what this machine lacks."""
    missing = [] if known_chromium() else ["chromium"]
    if sys.platform.startswith("linux"):
        try:
            ctypes.CDLL(DRIVER_NEEDS)
        except OSError:
            missing.append("libatomic1")
    return missing


def find_chromium() -> str:
    """Chromium's path, on a machine that can run it; as root on Debian, what lacks is installed first."""
    missing = missing_packages()
    if missing and os.geteuid() == 0 and shutil.which("apt-get"):
        print(f"Installing {' and '.join(missing)} with apt-get, for tests in a real browser …", file=sys.__stderr__, flush=True)
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for step in (["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", *missing]):
            subprocess.run(step, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=False)
        missing = missing_packages()
    found = known_chromium()
    if missing or not found:
        raise RuntimeError(
            f"Tests in a real browser need: sudo apt-get install {' '.join(missing)} (CHROMIUM=/path names another Chromium)."
        )
    return found


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    flags = [*FLAGS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    program = find_chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=flags)
        yield browser
        browser.close()


def complaints(page: Page) -> list[str]:
    """A list that fills with what the browser complains of: script errors and whatever the CSP refused.

    An answer of 403, 404, 409 or 422 is a page of ours and often what the test is after, so it is no complaint.
    """
    heard: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if message.type == "error" and "the server responded with a status of 4" not in message.text:
            heard.append(message.text)

    page.on("console", listen)
    page.on("pageerror", lambda error: heard.append(str(error)))
    return heard


if __name__ == "__main__":  # ./dev test asks before it begins, so that one clear line is all there is to read
    try:
        find_chromium()
    except RuntimeError as sentence:
        sys.exit(str(sentence))
