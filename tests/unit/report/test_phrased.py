"""What was changed, as a reader wants it: by thing, shares by what they move, every value with its range."""

import pytest

from sim.report.phrased import by_thing, shares

TITLES = {"desk": "Front desk", "hub": "Transfer hub", "link_worker": "Social prescribing"}


def row(path: str, was: str, now: str, *, between: str = "", values: str = "1") -> dict[str, str]:
    return {"noun": path.split(".")[0], "path": path, "from": was, "to": now, "range": between, "values": values}


@pytest.mark.parametrize(
    ("text", "found"),
    [("a 0.7, b 0.3", {"a": 0.7, "b": 0.3}), ("all to a_b", {"a_b": 1.0}), ("0.3", {}), ("12 days", {}),
     ("waiting 40, waited.dist gamma and 9 more", {}), ("17300/year, profile: [a, b]", {})],
)  # fmt: skip
def test_a_table_of_shares_is_told_from_a_value(text: str, found: dict[str, float]) -> None:
    assert shares(text) == found


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([row("stations.desk", "not there", "task"), row("stations.hub", "not there", "exit"),
          row("stations.x", "a", "not there")],
         [("New", ["Front desk and Transfer hub"]), ("No longer there", ["X"])]),
        ([row("stations.desk.effort.mean", "15 h", "12 h", between="8 h to 15 h")],
         [("Front desk", ["work that each takes, mean: 15 h → 12 h (90% range 8 h to 15 h)"])]),
        ([row("stations.desk.next.low", "hub 0.2, home 0.8", "hub 0.4, home 0.6"),
          row("stations.desk.next.high", "hub 0.4, home 0.6", "hub 0.8, home 0.2")],
         [("Front desk", ["where people go next, mean of 2 groups: Transfer hub 30% → 60%, home 70% → 40%"])]),
        ([row("stations.desk.next", "a 0.1, b 0.2, c 0.3, hub 0.4", "a 0.2, b 0.4, c 0.35, hub 0.05")],
         [("Front desk", ["where people go next: Transfer hub 40% → 5%, b 20% → 40%, a 10% → 20%, and 1 smaller"])]),
        ([row("stations.hub.title", "Old", "New")], [("Transfer hub", ["called “New”, not “Old”"])]),
        ([row("stations.hub.team", "carers_team", "see_and_solve")],
         [("Transfer hub", ["done by: carers team → see and solve"])]),
        ([row("workforce.link_worker.posts", "4", "6")], [("Link worker", ["posts: 4 → 6"])]),
        ([row("workforce.*.sickness", "0.05", "x 1.3 from 2026-12-01", between="x 1 to x 1.7", values="11")],
         [("Workforce", ["sickness (11 values): ×\u00a01.3 from 1 December 2026 (90% range ×\u00a01 to ×\u00a01.7)"])]),
        ([row("staffing.ot_assistant", "all to desk", "desk 0.5, hub 0.5")],
         [("OT assistant", ["desk 100% → 50%, hub 0% → 50%"])]),
        ([row("doors.requests", "all to desk", "all to hub")],
         [("Requests", ["Transfer hub 0% → 100%, Front desk 100% → 0%"])]),
        ([row("people.age.a", "x 0.5, y 0.5", "y 0.5, x 0.5")], [("Age", ["a: the groups change places"])]),
    ],
)  # fmt: skip
def test_differences_by_thing_in_words(rows: list[dict[str, str]], told: list[tuple[str, list[str]]]) -> None:
    assert [(thing, phrases) for thing, phrases, _ in by_thing(rows, TITLES)] == told


def test_every_difference_is_told_by_one_thing() -> None:
    rows = [row(f"stations.{name}.{what}", "1", "2") for name in ("desk", "hub") for what in ("a", "b", "c")]
    rows += [row("stations.new", "not there", "exit"), row("stations.gone", "exit", "not there")]
    assert sorted(place for _, _, places in by_thing(rows, TITLES) for place in places) == list(range(len(rows)))
