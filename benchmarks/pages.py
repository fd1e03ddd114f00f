"""How long people wait for a page: home, queue, declaration, compliance search and quality figures, at 10,000 declarations and at
many more."""

from __future__ import annotations

import gc
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

from benchmarks.crowd import NOW, fill
from benchmarks.lived import live
from benchmarks.measure import Report, measure, percentile, tell
from config import Settings
from declarations.compliance.near import JOB
from declarations.jobs import claims, near
from declarations.quality.figures import FIGURES
from tests.conftest import SECRET, Templates, close_database, make_app
from tests.support.story import Story

SMALL = 10_000
ROUNDS = 150


@contextmanager
def database(backend: str) -> Iterator[Flask]:
    """An app on a fresh migrated database of `backend` in a folder of its own; as its owner, who may fill it past the guards."""
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        template = Templates(folder, stack).of(backend)
        with template.copy(folder / "data") as copied:
            url = template.owners(copied)
            (folder / "data").mkdir(exist_ok=True)
            app = make_app(Settings(data_dir=folder / "data", database_url=url, secret_key=SECRET))
            yield app
            close_database(app)


def pages(story: Story) -> dict[str, tuple[FlaskClient, list[str]]]:
    """Each page with whoever opens it: an employee, a manager with a queue, the group's compliance officer."""
    employee, manager, officer = story.client("employee"), story.client("manager"), story.client("officer")
    opened = [f"/declarations/d{n * 97 % 5_000:015d}" for n in range(ROUNDS)]
    return {
        "home": (employee, ["/"]),
        "queue": (manager, ["/queue"]),
        "queue_compliance": (officer, ["/queue"]),
        "declaration": (officer, opened),
        "search": (
            officer,
            ["/compliance/declarations", "/compliance/declarations?kind=gift", "/compliance/declarations?state=approved"],
        ),
        "search_text": (officer, [f"/compliance/declarations?text=Firm+{n}" for n in range(40, 60)]),
        "overview": (officer, ["/compliance"]),
        "quality": (officer, ["/quality"]),
        "quality_year": (officer, ["/quality?from=2026-01-01&months=12"]),
        "quality_list": (officer, [f"/quality/{figure}" for figure in FIGURES]),
    }


def a_night(app: Flask) -> float:
    """What the worker does each night so that the overview need not look at everybody; how long it took."""
    start = time.perf_counter()
    with app.app_context():
        claim = claims.take(job=JOB, period=NOW.date().isoformat(), worker="benchmark", lease=near.LEASE)
        assert claim is not None
        near.run(claim)
        claims.finish(claim)
    return time.perf_counter() - start


def ask(report: Report, backend: str, rows: int) -> dict[str, list[float]]:
    """Seconds per page, each asked ROUNDS times in turn after a first look that warms caches."""
    taken: dict[str, list[float]] = {}
    with database(backend) as app:
        tell(f"{backend}: {rows} declarations …")
        start = time.perf_counter()
        story = fill(app, rows)
        live(app)
        report.figure(f"{backend}_{rows}_fill_s", time.perf_counter() - start)
        report.figure(f"{backend}_{rows}_nightly_look_s", a_night(app))
        for name, (client, paths) in pages(story).items():
            for path in paths[:5]:
                answer = client.get(path)
                assert answer.status_code == 200, f"{path} answered {answer.status_code}"
            gc.collect()
            taken[name] = []
            for turn in range(ROUNDS):
                began = time.perf_counter()
                client.get(paths[turn % len(paths)])
                taken[name].append(time.perf_counter() - began)
            report.times(f"{backend}_{rows}_{name}", taken[name])
    return taken


def work(report: Report) -> None:
    """Both databases, few and many, in one run."""
    for backend in ("sqlite", "postgresql"):
        few, many = ask(report, backend, SMALL), ask(report, backend, report.rows)
        for name in few:
            report.ratio(f"{backend}_{name}_p99", percentile(many[name], 99) / percentile(few[name], 99))
            report.ratio(f"{backend}_{name}_p50", percentile(many[name], 50) / percentile(few[name], 50))


if __name__ == "__main__":
    measure("pages", work, rows=1_000_000)
