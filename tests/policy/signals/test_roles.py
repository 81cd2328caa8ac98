"""The author's roles."""

from bot.domain.judgement import Want, WantKind
from bot.policy.signals.roles import SIGNAL
from tests.policy.make import Bench, detector, inspection, member, probe

_BENCH = Bench(roles={"staff": frozenset({"5001"}), "helpers": frozenset({"5002"})})


def test_any_of_the_roles_holds_by_id_or_name() -> None:
    for roles in ({"5001"}, {"5002", "9"}, {"staff"}):
        assert probe(SIGNAL, ["staff", "helpers"], inspection(author=member(roles=frozenset(roles))), _BENCH)


def test_others_do_not() -> None:
    assert probe(SIGNAL, "staff", inspection(author=member(roles=frozenset({"5002"}))), _BENCH) is False
    assert probe(SIGNAL, "staff", inspection(author=member(roles=frozenset())), _BENCH) is False


def test_unknown_roles_stay_open_and_are_asked_for() -> None:
    inspected = inspection(author=member("m7"))
    assert probe(SIGNAL, "staff", inspected, _BENCH) is None
    assert inspected.wants == [Want(kind=WantKind.MEMBER, subject="m7")]


def test_a_role_that_the_community_does_not_name_is_an_error_at_its_place() -> None:
    bench = Bench(roles={"staff": frozenset()})
    detector(SIGNAL, ["staff", "ghosts"], bench)
    assert [path for _, path in bench.errors] == [("names", 1)]
