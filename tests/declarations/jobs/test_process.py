"""The worker is a process of its own: it says when it is there, does what is due, and stops when it is told to."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from config import Settings

ROOT = Path(__file__).parents[3]


def test_a_worker_stops_cleanly_when_it_is_told_to(settings: Settings) -> None:
    env = os.environ | {
        "DATABASE_URL": settings.database_url.replace("+psycopg", ""),
        "DATA_DIR": str(settings.data_dir),
        "SECRET_KEY": settings.secret_key,
        "WORKER_TICK_SECONDS": "1",
    }
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "worker"]
    with subprocess.Popen(command, cwd=ROOT, env=env, stderr=subprocess.PIPE, text=True) as worker:
        assert worker.stderr is not None
        assert worker.stderr.readline() == "The worker is at work; Ctrl-C stops it.\n"
        worker.send_signal(signal.SIGTERM)
        rest = worker.stderr.read()
        assert (worker.wait(timeout=60), rest) == (0, "The worker has stopped.\n")
