"""verify_round.py on every forgery: what must name it names it, and nothing else is called false."""

from __future__ import annotations

import json

import pytest

from .corpus import FORGERIES, case, cases, honest, known_before, write
from .forgery import BOTH
from .genuine import genuine_bundles
from .script import SCRIPT

FORGED = [(game, forgery) for game in BOTH for forgery in FORGERIES if game in forgery.games]


@pytest.fixture(scope="module")
def genuines(app_settings, fresh_database, node, tmp_path_factory):
    return genuine_bundles(app_settings, fresh_database, node, tmp_path_factory.mktemp("genuine"))


@pytest.fixture(scope="module")
def known(genuines):
    return {game: known_before(honest(genuine)) for game, genuine in genuines.items()}


@pytest.fixture
def verified(tmp_path, capsys):
    def verified(bundle, expect):
        """What the script says of a bundle to somebody who tells it what `expect` says."""
        file = tmp_path / "bundle.json"
        file.write_text(json.dumps(bundle))
        flags = [part for name, value in expect.items() for part in (f"--expect-{name}", value)]
        status = SCRIPT["main"]([str(file), "--json", *flags])
        told = json.loads(capsys.readouterr().out)
        assert told["status"] == status
        return told

    return verified


def verdicts(told, verdict):
    return {claim["claim"] for claim in told["claims"] if claim["verdict"] == verdict}


@pytest.mark.parametrize("game", BOTH)
def test_of_an_honest_round_every_claim_holds(genuines, verified, game):
    bundle = honest(genuines[game])
    told = verified(bundle, known_before(bundle))
    assert verdicts(told, "holds") == {claim["claim"] for claim in told["claims"]}
    assert (told["status"], told["notTold"], told["unfinished"]) == (0, [], [])
    untold = verified(bundle, {})
    assert untold["status"] == 0
    assert [line.rpartition("give ")[2] for line in untold["notTold"]] == [
        "--expect-promise",
        "--expect-seal",
        "--expect-closing",
    ]


@pytest.mark.parametrize(("game", "forgery"), FORGED, ids=lambda value: getattr(value, "name", value))
def test_a_forgery_is_named_and_nothing_else(genuines, known, verified, game, forgery):
    for is_told in (False, True)[: 1 + bool(forgery.seen)]:
        forged = case(forgery, genuines[game], known[game], is_told)
        told = verified(forged["bundle"], forged["expect"])
        failing, must = verdicts(told, "does not hold"), set(forged["claims"])
        assert must <= failing if forged["othersToo"] else must == failing
        assert set(forged["notTold"]) <= verdicts(told, "not told")
        assert told["status"] == forged["status"]
        assert len(told["unfinished"]) > 0 or told["status"] != 3
        assert len(told["notTold"]) == (0 if is_told else 3)


def test_there_are_many_and_each_has_a_name_of_its_own():
    for game in BOTH:
        names = [forgery.name for of_game, forgery in FORGED if of_game == game]
        assert len(names) == len(set(names)) >= 100
    seen_by_nobody_else = [forgery for forgery in FORGERIES if not forgery.claims]
    assert all(forgery.seen or forgery.status == 3 for forgery in seen_by_nobody_else)


def test_other_verifiers_get_the_same_as_json(genuines, tmp_path):
    written = json.loads(write({"rounds": genuines["rounds"]}, tmp_path / "forgeries.json").read_text())
    assert [one["name"] for one in written] == [one["name"] for one in cases({"rounds": genuines["rounds"]})]
    assert {"name", "game", "bundle", "expect", "claims", "othersToo", "notTold", "status"} == set(written[0])
