"""Where lifting a boulder makes something worse: what it changes, and who gains what others lose, from the tables."""

from dataclasses import replace

import pytest

from sim.report.reasons import reasons
from sim.report.saved import Saved
from tests.unit.report.hand import OTHER, fact, saved

FACTS = [
    fact("waiting", title="People waiting"),
    fact("on_time", title="Started on time", unit="share", direction="higher is better"),
    fact("bed_days", title="Bed days lost", unit="bed days a year", side="nhs"),
]


def share(of: str, id: str, mean: float, half: float, period: str = "all") -> dict[str, str]:
    return {"id": id, "headline": "1", "period": period, "quantity": "shapley", "of": of, "mean": str(mean),
            "low": str(mean - half), "high": str(mean + half)}  # fmt: skip


def change(noun: str, path: str, origin: str) -> dict[str, str]:
    return {"scenario": "busy", "noun": noun, "path": path, "values": "1", "from": "1", "to": "0", "range": "",
            "origin": f"boulders/{origin}.yaml:7"}  # fmt: skip


ROUTES = change("routes", "routes.discharge_first", "discharge")
POSTS = change("workforce", "workforce.social_worker.posts", "discharge")


def made(shares: list[dict[str, str]], changes: list[dict[str, str]]) -> Saved:
    return saved(FACTS, {"boulders": shares, "changes": changes}, {})


def test_what_lifting_costs_is_told_with_what_it_changes_and_who_gains() -> None:
    shares = [share("discharge", "waiting", 6.0, 1.0), share("discharge", "bed_days", -1000.0, 200.0)]
    (said,) = reasons(made(shares, [ROUTES]))
    assert said == (
        "Lifting discharge makes worse, for the NHS: bed days lost, 1,000.0 more (95% interval 800.0 to 1,200.0 more). "
        "All that it changes is how the same staff and hours are shared out: who goes first (discharge first). Some "
        "lose by that and others gain. Better, for the council: people waiting, 6.0 fewer (95% interval 5.0 to 7.0 "
        "fewer)."
    )


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ([ROUTES, POSTS], "It changes who goes first (discharge first) and workforce (social worker posts). No head"),
        ([POSTS], "It changes workforce (social worker posts). No headline is clearly better for it."),
        ([{**POSTS, "origin": "boulders/other.yaml:3"}], "1,200.0 more). No headline"),
        ([change("pools", "pools.beds.reserved.community", "discharge")],
         "shared out: beds and hours (beds kept for community). No headline"),
    ],
)  # fmt: skip
def test_only_what_its_own_file_changes_is_told_and_only_sharing_is_called_so(
    changes: list[dict[str, str]], words: str
) -> None:
    (said,) = reasons(made([share("discharge", "bed_days", -1000.0, 200.0)], changes))
    assert words in said


@pytest.mark.parametrize(
    ("id", "mean", "half", "told"),
    [
        ("bed_days", 1000.0, 200.0, False),
        ("bed_days", -1000.0, 2000.0, False),
        ("bed_days", -0.01, 0.001, False),
        ("on_time", 0.2, 0.1, True),
        ("on_time", -0.2, 0.1, False),
    ],
)
def test_silent_where_lifting_helps_or_nothing_can_be_told(id: str, mean: float, half: float, told: bool) -> None:
    """A share is what the boulder adds: of what should be high, adding is good, so lifting is worse."""
    assert bool(reasons(made([share("discharge", id, mean, half)], [ROUTES]))) is told


def test_the_last_period_is_told() -> None:
    shares = [share("discharge", "bed_days", -1.0, 0.1), share("discharge", "bed_days", -9.0, 0.1, "2")]
    (said,) = reasons(made(shares, [ROUTES]))
    assert "9.0 more" in said
    assert reasons(made([share("discharge", "bed_days", -9.0, 0.1), *shares[:0]], [])) != []


def test_of_a_boulder_lifted_step_by_step_the_last_step_is_told() -> None:
    """A change, not a share: more bed days where it is lifted are worse."""
    row = {"id": "bed_days", "headline": "1", "period": "all"}
    doses = [
        row | {"level": level, "change": str(mean), "change_low": str(mean - 1), "change_high": str(mean + 1)}
        for level, mean in (("0.5", 4.0), ("0", 9.0))
    ]
    run = saved(FACTS, {"doses": doses, "changes": [ROUTES]}, {})
    laid = [{"name": "boulders/discharge", "title": "Discharge", "kind": "boulder", "level": 0.0, "stations": []}]
    run.worlds[1:] = [replace(OTHER, laid=laid)]
    (said,) = reasons(run)
    assert said.startswith(
        "Lifting discharge makes worse, for the NHS: bed days lost, 9.0 more (95% interval 8.0 to 10.0"
    )
