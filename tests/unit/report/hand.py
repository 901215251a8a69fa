"""Tables made by hand: two worlds of one task, and the rows of each table that a section reads."""

from types import SimpleNamespace
from typing import Any, cast

from sim.report.saved import Fact, Saved, World

STATIONS = [
    {"id": id, "title": id.capitalize(), "kind": kind, "track": track, "draws_on": "", "counts_as": id}
    for id, kind, track in (("assessment", "task", "assessment"), ("done", "exit", ""))
]
BASE, OTHER = (
    World(name, name, "", False, None, "2026-04-01", 365.0, 0.0, "days", {}, {}, "", STATIONS,
          [{"name": "boulders/market", "title": "The market", "kind": "boulder", "level": 1.0, "stations": []}], label)
    for name, label in (("base", "Base"), ("busy", "Busy"))
)  # fmt: skip


def fact(id: str, *, unit: str = "people", direction: str = "lower is better", **more: Any) -> Fact:
    return Fact(id, more.pop("title", id), "", unit, direction, more.pop("side", "council"), "", True, 1, "", **more)


def saved(
    facts: list[Fact],
    tables: dict[str, list[dict[str, str]]],
    differences: dict[str, tuple[float, float, float]],
    replications: int = 20,
) -> Saved:
    few = replications < 5
    measures: dict[tuple[str, str], dict[str, Any]] = {}
    for one in facts:
        mean = differences.get(one.id, (0.0, 0.0, 0.0))[0]
        for world, value in ((BASE, 100.0), (OTHER, 100.0 + mean)):
            measures[world.name, one.id] = {"mean": value, "low": 90.0, "high": 120.0, "p5": 80.0, "p95": 130.0}
    paired = {
        ("busy", id): {"mean": d[0], "low": None if few else d[1], "high": None if few else d[2]}
        for id, d in differences.items()
    }
    found = SimpleNamespace(
        facts=facts,
        worlds=[BASE, OTHER],
        summary={"replications": replications},
        few=few,
        measures=measures,
        believed=False,
        differences=paired,
        rows=lambda table: tables.get(table, []),
        station_rows=tables.get("stations", []),
        brackets="Brackets: 95% interval of the mean.",
    )
    return cast(Saved, found)


def outcome(who: str, was: str, now: str, turn: str, mean: float, count: float) -> dict[str, str]:
    return {"base": "base", "scenario": "busy", "who": who, "band": "all", "level": "", "from": was, "to": now,
            "turn": turn, "unit": "people a year", "mean": str(mean), "low": str(mean - 2), "high": str(mean + 2),
            "count": str(count)}  # fmt: skip


def affected(quantity: str, mean: float, low: float, high: float) -> dict[str, str]:
    return {"scenario": "busy", "who": "both", "band": "all", "level": "", "quantity": quantity, "mean": str(mean),
            "low": str(low), "high": str(high)}  # fmt: skip


def month(series: str, period: str, day: float, base: float, difference: float, half: float) -> dict[str, str]:
    return {"scenario": "busy", "series": series, "period": period, "from_day": str(day), "base_mean": str(base),
            "scenario_mean": str(base + difference), "difference": str(difference), "low": str(difference - half),
            "high": str(difference + half)}  # fmt: skip


def spent(name: str, replication: int, cost: str, payer: str, gross: float, **more: float) -> dict[str, str]:
    """A row of money.csv; of a bed of the NHS all is net."""
    numbers = {"gross": gross, "net": gross, "nhs_income": 0.0} | more
    return {"scenario": name, "replication": str(replication), "financial_year": "2026-27", "cost": cost,
            "payer": payer, "worth": "cashable" if payer == "council" else "capacity", "prices": "2024-25",
            **{key: str(value) for key, value in numbers.items()}}  # fmt: skip
