"""Photographs of every page, on a desk and on a phone, by day and by night: ./dev shots [FOLDER] [--at ADDRESS]."""

import argparse
import contextlib
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser

from tests.journeys.walk import DESK, PHONE, THEMES, addresses, personas, someone, wider_than_window
from tests.support.browser import chromium, complaints
from tests.support.mail import free_port

ROOT = Path(__file__).parents[2]


@contextlib.contextmanager
def demonstration() -> Iterator[str]:
    """A fresh one of our own, stopped afterwards."""
    with tempfile.TemporaryDirectory(prefix="aboveboard-shots-") as folder:
        port = free_port()
        command: list[str | Path] = [sys.executable, ROOT / "dev", "demo", "--port", str(port), "--data", Path(folder) / "data"]
        demo = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        try:
            assert demo.stdout is not None
            if not any(line.startswith("Aboveboard is at") for line in demo.stdout):
                sys.exit("The demonstration did not start; its own words are above.")
            yield f"http://127.0.0.1:{port}"
        finally:
            demo.terminate()
            demo.wait(timeout=30)


def name_of(address: str) -> str:
    return re.sub(r"[^a-zA-Z0-9]+", "-", address).strip("-")[:60] or "home"


def walk(browser: Browser, base: str) -> dict[str | None, list[str]]:
    """Who sees which pages first; a kind of page is photographed once, a home page for everybody."""
    known: set[str] = set()
    with someone(browser, base, None) as context:
        page = context.new_page()
        people = personas(page)
        seen: dict[str | None, list[str]] = {None: list(addresses(page, known, "/sign-in"))}
    for person in people:
        known.discard("/")
        with someone(browser, base, person) as context:
            seen[person] = list(addresses(context.new_page(), known))
    return seen


def photograph(browser: Browser, base: str, folder: Path, seen: dict[str | None, list[str]]) -> int:
    """Also tells of pages wider than their window and of what the browser complains of."""
    count = 0
    for person, pages in seen.items():
        for size in (DESK, PHONE):
            for theme in THEMES:
                with someone(browser, base, person, size, theme) as context:
                    page = context.new_page()
                    heard = complaints(page)
                    for address in pages:
                        page.goto(address)
                        name = f"{person or 'stranger'}_{name_of(address)}_{size[0]}_{theme}.png"
                        page.screenshot(path=folder / name, full_page=True)
                        count += 1
                        if wider_than_window(page):
                            print(f"wider than {size[0]}: {address} ({name})", flush=True)
                        for complaint in heard:
                            print(f"{address}: {complaint}", flush=True)
                        heard.clear()
    return count


def main() -> None:
    parser = argparse.ArgumentParser(prog="./dev shots")
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "shots")
    parser.add_argument("--at", metavar="ADDRESS", help="of a demonstration that runs already")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    with contextlib.nullcontext(options.at) if options.at else demonstration() as base, chromium() as browser:
        count = photograph(browser, base, options.folder, walk(browser, base))
    print(f"{count} photographs in {options.folder}")


if __name__ == "__main__":
    main()
