"""The tree is RFC 6962's: published figures, another implementation and every proof up to 130 leaves agree."""

from __future__ import annotations

import hashlib
from functools import cache

import pytest
from pymerkle import InmemoryTree, verify_consistency, verify_inclusion

from declarations.evidence.merkle import EMPTY, Tree, is_consistent, is_included, leaf_hash, node_hash, tree_of

# The leaves and figures that Certificate Transparency's own test suite publishes with RFC 6962.
INPUTS = [
    bytes.fromhex(one)
    for one in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
# (leaf counted from 1, leaves) → path
PATHS = {
    (1, 1): [],
    (1, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (6, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (3, 3): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
    (2, 5): [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}
# (old size, new size) → proof
EXTENSIONS = {
    (1, 1): [],
    (1, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 5): [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}
MOST = 130


@pytest.fixture(scope="module")
def published() -> Tree:
    return tree_of([leaf_hash(one) for one in INPUTS])


def test_roots_are_the_published_ones(published: Tree) -> None:
    assert EMPTY.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert [published.root(size).hex() for size in range(9)] == [EMPTY.hex(), *ROOTS]


def test_paths_are_the_published_ones(published: Tree) -> None:
    for (leaf, size), path in PATHS.items():
        assert [one.hex() for one in published.inclusion(leaf - 1, size)] == path
        assert is_included(
            leaf_hash(INPUTS[leaf - 1]), leaf - 1, size, [bytes.fromhex(one) for one in path], bytes.fromhex(ROOTS[size - 1])
        )


def test_proofs_of_extension_are_the_published_ones(published: Tree) -> None:
    for (old, new), proof in EXTENSIONS.items():
        assert [one.hex() for one in published.consistency(old, new)] == proof
        assert is_consistent(
            old,
            bytes.fromhex(ROOTS[old - 1]),
            new,
            bytes.fromhex(ROOTS[new - 1]),
            [bytes.fromhex(one) for one in proof],
        )


def test_a_leaf_is_no_node() -> None:
    left, right = leaf_hash(b"a"), leaf_hash(b"b")
    assert node_hash(left, right) != leaf_hash(left + right)


@pytest.fixture(scope="module")
def contents() -> list[bytes]:
    return [f"event {number}".encode() for number in range(MOST)]


@pytest.fixture(scope="module")
def theirs(contents: list[bytes]) -> InmemoryTree:
    """Another implementation, by other people."""
    tree = InmemoryTree(algorithm="sha256")
    for content in contents:
        tree.append_entry(content)
    return tree


@pytest.fixture(scope="module")
def ours(contents: list[bytes]) -> Tree:
    return tree_of([leaf_hash(one) for one in contents])


def test_every_root_up_to_130_leaves_is_another_implementations(ours: Tree, theirs: InmemoryTree) -> None:
    assert [ours.root(size) for size in range(1, MOST + 1)] == [theirs.get_root(size) for size in range(1, MOST + 1)]


def test_every_leaf_is_proved_in_every_tree_up_to_130(ours: Tree, contents: list[bytes]) -> None:
    for size in range(1, MOST + 1):
        root = ours.root(size)
        for index in range(size):
            leaf, proof = leaf_hash(contents[index]), ours.inclusion(index, size)
            assert is_included(leaf, index, size, proof, root)
            assert not is_included(leaf_hash(b"other"), index, size, proof, root)
            assert not is_included(leaf, index, size, [*proof, root], root)
            assert not proof or not is_included(leaf, index, size, proof[:-1], root)
            assert size == 1 or not is_included(leaf, (index + 1) % size, size, proof, root)


def test_every_extension_up_to_130_is_proved(ours: Tree, contents: list[bytes]) -> None:
    for new in range(1, MOST + 1):
        for old in range(new + 1):
            proof = ours.consistency(old, new)
            assert is_consistent(old, ours.root(old), new, ours.root(new), proof)
            assert not is_consistent(old, leaf_hash(b"fork"), new, ours.root(new), proof)
            assert not is_consistent(old, ours.root(old), new, leaf_hash(b"fork"), proof) or old == 0
            assert not is_consistent(old, ours.root(old), new, ours.root(new), [*proof, b"\0" * 32])


def test_another_implementation_accepts_every_proof_and_makes_the_same(
    ours: Tree, theirs: InmemoryTree, contents: list[bytes]
) -> None:
    for size in range(1, MOST + 1):
        root = theirs.get_root(size)
        for index in range(size):
            proof = theirs.prove_inclusion(index + 1, size)
            verify_inclusion(leaf_hash(contents[index]), root, proof)
            assert proof.path[1:] == ours.inclusion(index, size)
        for old in range(1, size + 1):
            verify_consistency(theirs.get_root(old), root, theirs.prove_consistency(old, size))


@cache
def rfc_root(leaves: tuple[bytes, ...]) -> bytes:
    """MTH of RFC 6962, 2.1, word for word, over hashed leaves."""
    if len(leaves) == 1:
        return leaves[0]
    k = rfc_half(len(leaves))
    return hashlib.sha256(b"\x01" + rfc_root(leaves[:k]) + rfc_root(leaves[k:])).digest()


def rfc_half(n: int) -> int:
    """The largest power of two smaller than n."""
    return max(2**power for power in range(9) if 2**power < n)


def rfc_path(m: int, leaves: tuple[bytes, ...]) -> list[bytes]:
    """PATH of RFC 6962, 2.1.1."""
    if len(leaves) == 1:
        return []
    k = rfc_half(len(leaves))
    if m < k:
        return [*rfc_path(m, leaves[:k]), rfc_root(leaves[k:])]
    return [*rfc_path(m - k, leaves[k:]), rfc_root(leaves[:k])]


def rfc_subproof(m: int, leaves: tuple[bytes, ...], known: bool) -> list[bytes]:
    """SUBPROOF of RFC 6962, 2.1.2."""
    if m == len(leaves):
        return [] if known else [rfc_root(leaves)]
    k = rfc_half(len(leaves))
    if m <= k:
        return [*rfc_subproof(m, leaves[:k], known), rfc_root(leaves[k:])]
    return [*rfc_subproof(m - k, leaves[k:], False), rfc_root(leaves[:k])]


def test_every_proof_up_to_130_leaves_is_the_one_the_words_of_the_rfc_make(ours: Tree, contents: list[bytes]) -> None:
    leaves = tuple(leaf_hash(one) for one in contents)
    for size in range(1, MOST + 1):
        for number in range(size):
            assert ours.inclusion(number, size) == rfc_path(number, leaves[:size])
            assert ours.consistency(number + 1, size) == rfc_subproof(number + 1, leaves[:size], True)


def test_no_proof_is_made_of_what_is_not_there(ours: Tree) -> None:
    for leaf, size in ((5, 5), (-1, 5), (0, 0)):
        with pytest.raises(ValueError, match="no such leaf"):
            ours.inclusion(leaf, size)
    with pytest.raises(ValueError, match="does not shrink"):
        ours.consistency(6, 5)
    assert not is_included(leaf_hash(b""), 0, 0, [], EMPTY)
    assert not is_consistent(6, EMPTY, 5, EMPTY, [])
    assert not is_consistent(4, EMPTY, 5, EMPTY, [])
