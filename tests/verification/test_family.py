"""``traintracks verify``: the family as a whole, how it is judged, and what is printed."""

from __future__ import annotations

import json
from math import sqrt

import numpy as np
import pytest

from sim.cli import main
from sim.scenario import load
from sim.verify import judge
from sim.verify.family import CASES

QUICK = ("stock", "filling")


def values(**z: float) -> dict[str, np.ndarray]:
    """Replications whose mean is so many standard errors from theory, with an interval of about 1%."""
    found = {}
    for i, case in enumerate(CASES.values()):
        shape = np.random.default_rng(i).normal(size=case.replications)
        shape = (shape - shape.mean()) / shape.std(ddof=1)
        error = 0.005 * case.expected
        off = z.get(case.name.replace("-", "_"), z.get("every", 1.0))
        found[case.name] = case.expected + error * (off + sqrt(case.replications) * shape)
    return found


def test_every_case_is_an_operating_model_that_is_run_often_enough() -> None:
    assert len(CASES) >= 12
    for name, case in CASES.items():
        assert case.replications >= 30
        assert load(str(case.path)).title
        assert case.name == name
    assert {case.path.name for case in CASES.values()} == {p.name for p in case.path.parent.iterdir()}


def test_what_chance_gives_is_credible() -> None:
    verdict = judge.judge(values(every=1.0))
    assert verdict.credible
    assert verdict.chi_square == pytest.approx(len(CASES), rel=0.1)
    assert all(f.half_width == pytest.approx(0.01 * f.expected, rel=0.01) for f in verdict.findings)


def test_one_case_far_off_is_not() -> None:
    verdict = judge.judge(values(every=0.8, mg1=5.0))
    assert [fault.split(":")[0] for fault in verdict.faults] == ["mg1"]


def test_all_a_little_off_is_not() -> None:
    """No case alone is rare, but together they are."""
    verdict = judge.judge(values(every=2.2))
    assert min(f.p for f in verdict.findings) > judge.RAREST
    assert "further from theory" in verdict.faults[0]


def test_too_good_to_be_chance_is_not() -> None:
    assert "closer to theory" in judge.judge(values(every=0.1)).faults[0]


def test_a_wide_interval_is_not() -> None:
    found = values()
    found["mmc"] = found["mmc"].mean() + 3 * (found["mmc"] - found["mmc"].mean())
    assert "half-width" in judge.judge(found).faults[0]


def test_holm_by_hand() -> None:
    assert judge._holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert judge._holm([0.9, 0.001]) == pytest.approx([0.9, 0.002])


def test_no_two_cases_share_luck_and_seeds_differ() -> None:
    first, other = judge.run(1, names=QUICK), judge.run(2, names=QUICK)
    assert all((first[name] != other[name]).any() for name in QUICK)
    starts = [judge._APART * i for i in range(len(CASES))]
    assert all(case.replications < starts[1] for case in CASES.values())


def test_the_number_of_workers_does_not_matter() -> None:
    alone, together = (judge.run(1, workers, names=("filling",))["filling"] for workers in (1, 2))
    assert alone.tolist() == together.tolist()


@pytest.mark.parametrize("spoilt", [False, True])
def test_the_command(monkeypatch, capsys, spoilt: bool) -> None:
    found = values(every=0.9, mmc=9.0 if spoilt else 0.9)
    monkeypatch.setattr(judge, "run", lambda *_: found)
    for arguments in (["verify"], ["verify", "--json"]):
        with pytest.raises(SystemExit) as end:
            main(arguments)
        assert end.value.code == int(spoilt)
    out = capsys.readouterr().out
    cases = json.loads(out[out.index("{\n") :])["cases"]
    assert [list(case) for case in cases] == [["case", "quantity", "expected", "simulated", "half_width", "z"]] * len(
        CASES
    )
    assert ("not credible: mmc" in out) is spoilt
