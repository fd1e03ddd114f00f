"""The verifier in Node, written by somebody else, agrees with the first on whether a bundle is good, and on the layer that is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from declarations.evidence.keys import Signer
from tests.support.bundles import BY_ANYBODY, BY_THE_HOUSE, tampered
from tests.support.verifiers import first, second
from tests.verifier.conftest import House

EACH = 5  # of 21 kinds, and a few bundles that nobody touched: more than a hundred


def test_bundles_that_nobody_touched_agree(house: House) -> None:
    for path, previous in ((house.earlier, ()), (house.newer, (house.held,)), (house.copy("Aud"), (house.held, house.earlier))):
        assert first(path, *previous) == second(path, *previous) == (0, None), path
    assert first(house.earlier, house.newer) == second(house.earlier, house.newer) == (4, "checkpoint")


def test_what_an_earlier_bundle_left_out_is_found_by_both(house: House, signer: Signer, tmp_path: Path) -> None:
    assert first(house.newer, house.earlier, house.earlier) == second(house.newer, house.earlier, house.earlier) == (0, None)
    forged = tampered(house.earlier.read_bytes(), "last event gone", 1, signer)
    assert forged is not None
    earlier = forged[0].write(tmp_path / "earlier.zip")
    assert first(house.newer, earlier) == second(house.newer, earlier) == (2, "chain")


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
