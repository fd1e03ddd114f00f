"""The verifier stands alone, says what it found in which layer, and knows the workflow as the app does without asking it."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import sysconfig
import venv
import zipapp
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from aboveboard_verifier.program import verify
from aboveboard_verifier.report import Watch, page
from aboveboard_verifier.story import REVIEWERS, RULES

from tests.verifier.conftest import VERIFIER, House, code
from workflows.machine import TABLE

Change = Callable[[str, bytes], bytes | None]


def changed(house: House, to: Path, change: Change) -> Path:
    """The newer bundle with other bytes in some part; None leaves the part out."""
    with zipfile.ZipFile(house.newer) as old, zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = change(name, old.read(name))
            if content is not None:
                new.writestr(name, content)
    return to


def test_it_knows_the_workflow_as_the_app_does() -> None:
    def told(action: str, source: str) -> tuple[set[str], set[str]]:
        rule = next(rule for rule in RULES[action] if source in rule[0])
        targets = {source} if rule[1] == ("same",) else set(rule[1])
        roles = {role for one in rule[2] for role in (REVIEWERS[source] if one == "reviewer" else (one,))}
        return targets, roles

    for row in TABLE:
        for source in row.sources:
            targets, roles = told(row.event.partition(":")[2], source)
            assert targets == ({source.value} if set(row.targets) == {source} else {state.value for state in row.targets}), row
            # The app's rows name every reviewer; whose turn it is follows from the state, which the verifier spells out.
            due = {role.value for role in row.roles}
            in_turn = due & {*REVIEWERS.get(source, ()), "declarant", "clock"}
            assert roles == (in_turn if row.in_turn else due), row
    assert sum(len(rule[0]) for rules in RULES.values() for rule in rules) == sum(len(row.sources) for row in TABLE)


def test_a_good_bundle_agrees_with_the_keys_and_checkpoints_an_auditor_kept(house: House) -> None:
    report = verify(str(house.newer), house.keys, [str(house.held), str(house.earlier)])
    assert (report.code, report.found) == (0, [])
    told = page(report, "BUNDLE.zip")
    assert "Everything agrees." in told
    assert "--keys" not in told
    assert report.looked["declarations"] > 8


def test_without_keys_on_paper_it_says_so_and_prints_those_it_found(house: House) -> None:
    told = page(verify(str(house.newer), None, []), "BUNDLE.zip")
    assert "were taken from the bundle itself" in told
    assert all(key["public"] in told for key in house.keys)


def test_a_key_that_nobody_vouches_for_is_not_trusted(house: House) -> None:
    others = [{**key, "public": "00" * 32} for key in house.keys]
    assert verify(str(house.newer), others, []).code == 3


@pytest.mark.parametrize(
    ("part", "expected"), [("register.xlsx", 1), ("declarations.jsonl", 1), ("manifest.json", 3), ("manifest.sig", 3)]
)
def test_a_byte_changed_on_the_way_is_found(house: House, tmp_path: Path, part: str, expected: int) -> None:
    def change(name: str, content: bytes) -> bytes:
        return content[:3] + bytes([content[3] ^ 1]) + content[4:] if name == part else content

    assert code(changed(house, tmp_path / "changed.zip", change), house) == expected


def test_a_missing_part_is_said_to_be_missing(house: House, tmp_path: Path) -> None:
    path = changed(house, tmp_path / "less.zip", lambda name, content: None if name == "policies.json" else content)
    assert code(path, house) == 4


def test_what_is_no_bundle_at_all_is_no_crash(tmp_path: Path) -> None:
    nothing = tmp_path / "nothing.zip"
    nothing.write_text("Dear auditor")
    report = verify(str(nothing), None, [])
    assert report.code == 4
    assert "[ok]" not in page(report, "nothing.zip")


def test_a_checkpoint_over_another_history_is_found(house: House, tmp_path: Path) -> None:
    """As an auditor would hold it after the host had rewritten all of the record: the same key signed another tree."""
    from declarations.evidence.keys import Purpose, key_file
    from declarations.evidence.note import Checkpoint, find, sign

    [(said, _)] = find(house.held.read_text())
    with house.story.app.app_context():
        signer = key_file(Purpose.CHECKPOINT).signer()
    assert signer is not None
    other = tmp_path / "other.txt"
    other.write_text(sign(Checkpoint(said.origin, said.size, b"\x01" * 32), signer.public, signer.sign))
    assert code(house.newer, house, other) == 2
    newer = tmp_path / "newer.txt"
    newer.write_text(sign(Checkpoint(said.origin, 10**6, b"\x01" * 32), signer.public, signer.sign))
    assert code(house.newer, house, newer) == 4
    assert code(house.earlier, house, house.newer) == 4  # the older bundle cannot speak of what came after it


def test_it_runs_offline_in_an_empty_environment(house: House, tmp_path: Path) -> None:
    """Nothing there but two packages: it works, and says that the workbook's cells were not compared."""
    venv.create(tmp_path / "venv", with_pip=False, symlinks=True)
    here = Path(sysconfig.get_path("platlib"))
    there = next((tmp_path / "venv").glob("lib/python*/site-packages"))
    for name in ("cryptography", "rfc8785", *(one.name for one in here.glob("_cffi_backend*")), "cffi"):
        if (here / name).exists():
            (there / name).symlink_to(here / name)
    keys = tmp_path / "keys.json"
    keys.write_text(json.dumps(house.keys))
    python = tmp_path / "venv" / "bin" / "python"
    done = subprocess.run(
        [python, "-I", VERIFIER / "verify.py", house.newer, "--keys", keys, "--previous", house.held],
        capture_output=True, text=True, cwd=tmp_path, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert "NOT compared" in done.stdout
    assert "[--] workbook" in done.stdout
    missing = subprocess.run([python, "-I", "-c", "import declarations"], capture_output=True, cwd=tmp_path, check=False)
    assert missing.returncode != 0


def test_it_is_one_file_where_one_is_wanted(house: House, tmp_path: Path) -> None:
    one = tmp_path / "verify.pyz"
    zipapp.create_archive(
        VERIFIER, one, main="aboveboard_verifier.program:run", filter=lambda path: "__pycache__" not in str(path)
    )
    done = subprocess.run([sys.executable, "-I", one, house.newer], capture_output=True, text=True, cwd=tmp_path, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_somebody_at_a_terminal_reads_how_far_it_is_and_the_line_is_gone_at_the_end() -> None:
    shown, unseen = Terminal(), io.StringIO()
    for out in (shown, unseen):
        watch = Watch(out, every=0.0)
        for done in range(1, 2_401):
            watch.at("Declarations", done)
        watch.over()
    told = shown.getvalue()
    assert "Declarations: 2,400 checked" in told
    assert told.endswith("\r\033[K")
    assert unseen.getvalue() == "", "a file gets the report alone"
