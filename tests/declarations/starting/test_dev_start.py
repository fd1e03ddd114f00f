"""One command starts an installation on a laptop: web server and worker, over a database that it makes itself."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parents[3]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_the_first_start_prints_a_link_that_opens_and_ends_quietly(tmp_path: Path) -> None:
    port, ours = free_port(), {"DATABASE_URL", "BASE_URL", "SECRET_KEY", "DEMO"}
    env = {name: value for name, value in os.environ.items() if name not in ours}
    command = [sys.executable, str(ROOT / "dev"), "start", "--port", str(port)]
    said = ["--admin", "ada@lind.example", "--name", "Ada Lind", "--company", "Lind Robotics", "--country", "DK"]
    with subprocess.Popen(
        [*command, *said], env={**env, "DATA_DIR": str(tmp_path / "data")}, stdout=subprocess.PIPE, text=True
    ) as started:
        assert started.stdout is not None
        told = ""
        for line in started.stdout:
            told += line
            if line.startswith("Aboveboard is at"):
                break
        link = re.search(rf"http://127\.0\.0\.1:{port}/set-password/\S+", told)
        assert link, told
        with urlopen(link.group()) as page:
            assert "Ada" in page.read().decode()
        started.terminate()
    assert started.returncode == 0
    assert oct((tmp_path / "data").stat().st_mode)[-3:] == "700"
