"""The verifier in Node, written by somebody else, agrees with the first on whether a bundle is good, and on the layer that is not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from aboveboard_verifier.program import verify
from aboveboard_verifier.report import LAYERS

from declarations.evidence.keys import Purpose, Signer, key_file
from tests.support.bundles import BY_ANYBODY, BY_THE_HOUSE, tampered
from tests.support.node import run_node
from tests.verifier.conftest import VERIFIER, House

EACH = 5  # of 21 kinds, and five bundles that nobody touched: a hundred and more


@pytest.fixture(scope="module")
def signer(house: House) -> Signer:
    with house.story.app.app_context():
        signer = key_file(Purpose.CHECKPOINT).signer()
    assert signer is not None
    return signer


def first(path: Path, *words: object) -> tuple[int, str | None]:
    """The first verifier's exit code and layer."""
    previous = [str(word) for word in words if word != "--previous"]
    report = verify(str(path), None, previous)
    layers = {one[0] for one in report.found}
    return report.code, next((layer for layer in LAYERS if layer in layers), None)


def second(path: Path, *words: object) -> tuple[int, str | None]:
    """The same of the second."""
    code, told = run_node(VERIFIER / "verify.mjs", path, *words)
    found = re.search(r"^\[(\w+)\]", told, re.MULTILINE)
    return code, found and found[1]


def test_bundles_that_nobody_touched_agree(house: House) -> None:
    previous = ("--previous", house.held)
    for path, words in ((house.earlier, ()), (house.newer, ()), (house.newer, previous), (house.copy("Aud"), previous)):
        assert first(path, *words) == second(path, *words) == (0, None), path
    assert (
        first(house.earlier, "--previous", house.newer) == second(house.earlier, "--previous", house.newer) == (4, "checkpoint")
    )


@pytest.mark.parametrize("name", [*BY_ANYBODY, *BY_THE_HOUSE])
def test_both_find_every_change_in_the_same_layer(house: House, signer: Signer, tmp_path: Path, name: str) -> None:
    contents, made = [path.read_bytes() for path in (house.copy("Aud"), house.earlier, house.newer)], 0
    for seed in range(10 * EACH):
        changed = tampered(contents[seed % len(contents)], name, seed, signer)
        if changed is None:
            continue
        bundle, what = changed
        path = bundle.write(tmp_path / f"{seed}.zip")
        found = first(path)
        assert found[0] != 0, f"{name}, {what}: the first finds nothing"
        assert second(path) == found, f"{name}, {what}"
        made += 1
        if made == EACH:
            break
    assert made == EACH
