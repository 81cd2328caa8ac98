"""The tree against known vectors and against an independent implementation, for every size to 64."""

import pytest

from bot.ledger import tree
from bot.ledger.errors import TreeError
from tests.ledger import naive
from tests.ledger.make import Ledger

#: leaves, roots and proofs of the Certificate Transparency reference tests
LEAVES = [
    bytes.fromhex(leaf)
    for leaf in (
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
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
INCLUSION = {
    (0, 1): [],
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 3): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
    (1, 5): [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}
CONSISTENCY = {
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
MOST = 64
MANY = [bytes([number]) * (number % 5 + (number > 0)) for number in range(MOST)]


def grown(leaves: list[bytes]) -> Ledger:
    made = Ledger()
    for leaf in leaves:
        made.append([leaf])
    return made


KNOWN, FULL = grown(LEAVES), grown(MANY)


@pytest.mark.parametrize("size", range(9))
def test_the_known_roots_come_out(size: int) -> None:
    assert KNOWN.root(size).hex() == ROOTS[size]
    assert tree.root(tree.rebuild(LEAVES[:size])).hex() == ROOTS[size]
    assert naive.mth(LEAVES[:size]).hex() == ROOTS[size]


@pytest.mark.parametrize(("index", "size"), INCLUSION)
def test_the_known_inclusion_proofs_come_out(index: int, size: int) -> None:
    assert [part.hex() for part in tree.inclusion(index, size, KNOWN.node)] == INCLUSION[index, size]


@pytest.mark.parametrize(("old", "new"), CONSISTENCY)
def test_the_known_consistency_proofs_come_out(old: int, new: int) -> None:
    assert [part.hex() for part in tree.consistency(old, new, KNOWN.node)] == CONSISTENCY[old, new]


def test_every_root_to_64_is_that_of_the_definition() -> None:
    for size in range(MOST + 1):
        assert FULL.root(size) == naive.mth(MANY[:size])


def test_every_inclusion_proof_to_64_is_that_of_the_definition_and_verifies() -> None:
    for size in range(1, MOST + 1):
        root = FULL.root(size)
        for index in range(size):
            path = tree.inclusion(index, size, FULL.node)
            leaf = tree.leaf_hash(MANY[index])
            assert path == naive.path(index, MANY[:size])
            assert tree.verify_inclusion(index=index, size=size, leaf=leaf, path=path, root=root)
            assert naive.root_from_path(index, size, leaf, path) == root


def test_every_consistency_proof_to_64_is_that_of_the_definition_and_verifies() -> None:
    for new in range(1, MOST + 1):
        for old in range(1, new + 1):
            path = tree.consistency(old, new, FULL.node)
            assert path == naive.proof(old, MANY[:new])
            assert tree.verify_consistency(
                old=old, new=new, old_root=FULL.root(old), new_root=FULL.root(new), path=path
            )


def test_a_proof_holds_for_no_other_index_size_or_leaf() -> None:
    for size in range(1, 20):
        root = FULL.root(size)
        for index in range(size):
            path = tree.inclusion(index, size, FULL.node)
            for other in range(size + 2):
                right = tree.verify_inclusion(
                    index=other, size=size, leaf=tree.leaf_hash(MANY[index]), path=path, root=root
                )
                assert right == (other == index)
                if other not in (index, size, size + 1):
                    leaf = tree.leaf_hash(MANY[other])
                    assert not tree.verify_inclusion(index=index, size=size, leaf=leaf, path=path, root=root)


def test_every_tree_continues_the_empty_one_and_itself_without_a_proof() -> None:
    for size in range(MOST + 1):
        root = FULL.root(size)
        empty = tree.EMPTY_ROOT
        assert tree.consistency(0, size, FULL.node) == tree.consistency(size, size, FULL.node) == []
        assert tree.verify_consistency(old=0, new=size, old_root=empty, new_root=root, path=[])
        assert tree.verify_consistency(old=size, new=size, old_root=root, new_root=root, path=[])
        assert not tree.verify_consistency(old=0, new=size, old_root=empty, new_root=root, path=[root])
        assert not tree.verify_consistency(old=size, new=size, old_root=root, new_root=bytes(32), path=[])
        assert not tree.verify_consistency(old=0, new=size, old_root=bytes(32), new_root=root, path=[])


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0), (5, 3)])
def test_no_proof_is_made_of_a_leaf_that_is_not_there(index: int, size: int) -> None:
    with pytest.raises(TreeError):
        tree.inclusion(index, size, FULL.node)


@pytest.mark.parametrize(("old", "new"), [(-1, 3), (4, 3)])
def test_no_proof_leads_backwards(old: int, new: int) -> None:
    with pytest.raises(TreeError):
        tree.consistency(old, new, FULL.node)
    assert not tree.verify_consistency(old=old, new=new, old_root=bytes(32), new_root=bytes(32), path=[])


def test_a_hash_of_another_length_is_refused() -> None:
    with pytest.raises(TreeError):
        tree.append(tree.EMPTY, [b"short"])
    with pytest.raises(TreeError):
        tree.append(tree.Frontier(size=3, peaks=(bytes(32),)), [bytes(32)])
    with pytest.raises(TreeError):
        tree.append(tree.Frontier(size=1, peaks=(bytes(31),)), [])
