"""Laws of the tree: batches make no difference, little is read, and whatever is altered shows."""

from collections.abc import Callable
from itertools import pairwise

from hypothesis import assume, given
from hypothesis import strategies as st

from bot.ledger import tree
from tests.ledger.make import Ledger

sizes = st.integers(1, 300)
LARGE = Ledger()
LARGE.append([str(number).encode() for number in range(300)])


@given(st.lists(st.integers(0, 40), max_size=12))
def test_appending_in_batches_leads_to_the_same_tree_as_one_by_one(batches: list[int]) -> None:
    several, one_by_one = Ledger(), Ledger()
    for number, batch in enumerate(batches):
        bodies = [f"{number} {place}".encode() for place in range(batch)]
        several.append(bodies)
        for body in bodies:
            one_by_one.append([body])
    assert several.nodes == one_by_one.nodes
    assert several.frontier == one_by_one.frontier
    assert tree.rebuild(several.bodies, batch=7) == several.frontier


@given(sizes)
def test_the_frontier_of_any_size_can_be_read_back_from_the_nodes(size: int) -> None:
    assert tree.frontier_at(size, LARGE.node) == tree.rebuild(LARGE.bodies[:size])


def limited(size: int, asked: list[tuple[int, int]]) -> Callable[[int, int], bytes]:
    def node(level: int, index: int) -> bytes:
        assert (index + 1) << level <= size, "only complete subtrees are ever asked for"
        asked.append((level, index))
        return LARGE.nodes[level, index]

    return node


@given(st.integers(0, 299), sizes)
def test_an_inclusion_proof_reads_few_nodes_and_only_complete_ones(index: int, size: int) -> None:
    assume(index < size)
    asked: list[tuple[int, int]] = []
    tree.inclusion(index, size, limited(size, asked))
    assert len(asked) <= 2 * size.bit_length()


@given(sizes, sizes)
def test_a_consistency_proof_reads_few_nodes_and_only_complete_ones(one: int, other: int) -> None:
    old, new = sorted((one, other))
    asked: list[tuple[int, int]] = []
    tree.consistency(old, new, limited(new, asked))
    assert len(asked) <= 2 * new.bit_length() + 1


@given(st.integers(0, 2**40))
def test_appending_one_leaf_stores_one_node_a_level_that_it_completes(size: int) -> None:
    frontier = tree.Frontier(size=size, peaks=tuple(bytes([n]) * 32 for n in range(size.bit_count())))
    nodes = list(tree.append(frontier, [bytes(32)]).nodes())
    completed = ((size + 1) & -(size + 1)).bit_length()
    assert [(level, index) for level, index, _ in nodes] == [(level, size >> level) for level in range(completed)]


@st.composite
def altered(draw: st.DrawFn, parts: list[bytes]) -> list[bytes]:
    """Return the hashes with one of them flipped, deleted, doubled, swapped, cut or invented."""
    place = draw(st.integers(0, max(0, len(parts) - 1)))
    bit = draw(st.integers(0, 255))
    ways = {"invent": lambda: [*parts[:place], bytes([bit]) * 32, *parts[place:]]}
    if parts:
        flipped = (int.from_bytes(parts[place], "big") ^ 1 << bit).to_bytes(32, "big")
        ways |= {
            "flip": lambda: [*parts[:place], flipped, *parts[place + 1 :]],
            "delete": lambda: [*parts[:place], *parts[place + 1 :]],
            "double": lambda: [*parts[:place], parts[place], *parts[place:]],
            "cut": lambda: [*parts[:place], parts[place][: bit % 32], *parts[place + 1 :]],
            "empty": list,
        }
    if any(one != other for one, other in pairwise(parts)):
        ways["swap"] = lambda: [*parts[1:], parts[0]]
    return ways[draw(st.sampled_from(sorted(ways)))]()


@given(st.integers(0, 299), sizes, st.data())
def test_an_altered_inclusion_proof_is_refused(index: int, size: int, data: st.DataObject) -> None:
    assume(index < size)
    path = tree.inclusion(index, size, LARGE.node)
    changed = data.draw(altered(path))
    assume(changed != path)
    leaf, root = tree.leaf_hash(LARGE.bodies[index]), LARGE.root(size)
    assert not tree.verify_inclusion(index=index, size=size, leaf=leaf, path=changed, root=root)


@given(sizes, sizes, st.data())
def test_an_altered_consistency_proof_is_refused(one: int, other: int, data: st.DataObject) -> None:
    old, new = sorted((one, other))
    path = tree.consistency(old, new, LARGE.node)
    changed = data.draw(altered(path))
    assume(changed != path)
    old_root, new_root = LARGE.root(old), LARGE.root(new)
    assert not tree.verify_consistency(old=old, new=new, old_root=old_root, new_root=new_root, path=changed)


@given(sizes, sizes, st.integers(0, 255), st.booleans())
def test_a_consistency_proof_holds_for_no_other_root(one: int, other: int, bit: int, which: bool) -> None:
    old, new = sorted((one, other))
    assume(old < new)
    roots = [LARGE.root(old), LARGE.root(new)]
    roots[which] = (int.from_bytes(roots[which], "big") ^ 1 << bit).to_bytes(32, "big")
    path = tree.consistency(old, new, LARGE.node)
    assert not tree.verify_consistency(old=old, new=new, old_root=roots[0], new_root=roots[1], path=path)


@given(st.lists(st.binary(max_size=8), min_size=1, max_size=60), st.data())
def test_whatever_is_done_to_the_entries_changes_the_root(bodies: list[bytes], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(bodies) - 1))
    other = data.draw(st.integers(0, len(bodies) - 1))
    swapped = list(bodies)
    swapped[place], swapped[other] = swapped[other], swapped[place]
    changed = data.draw(
        st.sampled_from(
            [
                [*bodies[:place], bodies[place] + b"\0", *bodies[place + 1 :]],
                [*bodies[:place], bytes(byte ^ 1 for byte in bodies[place]), *bodies[place + 1 :]],
                [*bodies[:place], *bodies[place + 1 :]],
                [*bodies[:place], bodies[place], *bodies[place:]],
                bodies[:place],
                swapped,
            ]
        )
    )
    assume(changed != bodies)
    assert tree.root(tree.rebuild(changed)) != tree.root(tree.rebuild(bodies))


@given(sizes, st.data())
def test_a_stored_node_that_was_altered_shows_against_the_entries(size: int, data: st.DataObject) -> None:
    made = Ledger()
    made.append(LARGE.bodies[:size])
    place = data.draw(st.sampled_from(sorted(made.nodes)))
    bit = data.draw(st.integers(0, 255))
    stored = dict(made.nodes)
    stored[place] = (int.from_bytes(stored[place], "big") ^ 1 << bit).to_bytes(32, "big")
    computed = tree.append(tree.EMPTY, [tree.leaf_hash(body) for body in made.bodies]).nodes()
    assert [(level, index) for level, index, digest in computed if stored[level, index] != digest] == [place]


@given(st.binary(min_size=64, max_size=64))
def test_a_node_is_never_also_a_leaf(children: bytes) -> None:
    assert tree.node_hash(children[:32], children[32:]) != tree.leaf_hash(children)
    assert tree.node_hash(children[:32], children[32:]) != tree.leaf_hash(b"\1" + children)
