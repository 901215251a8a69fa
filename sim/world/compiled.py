"""A scenario compiled once per process: what every replication of it shares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sim.engine.calendars import Calendar
from sim.scenario.schema import Event, Package, Scenario, Sourcing, Stay, Task, TeamSpec
from sim.world.events import Cause, Causes, causes_of
from sim.world.foresight import busy_stations
from sim.world.handbacks import Failure, failures, on_notice, searched_again
from sim.world.values import Compiler

__all__ = ["Plan", "TeamPlan", "compile"]


@dataclass(frozen=True)
class TeamPlan:
    """A team, ready to run."""

    name: str
    spec: TeamSpec
    calendar: Calendar
    hours: list[tuple[float, float] | None]
    """When it opens and closes on each day."""
    workers: list[float] | None
    caseload: list[float] | None
    reserved: Mapping[str, list[float]]
    floor_routes: tuple[str, ...]
    """Routes that may have a floor at some time; empty: none ever."""
    steady: bool
    ranks: list[int] | None
    """Rank by code of the attribute at ``rank_by``, the lower first; None: the scenario's routes decide."""
    rank_by: int
    ahead_by: int
    ahead: dict[int, list[float]]
    """code of the attribute at ``ahead_by`` -> by day, how much earlier it counts as having joined."""
    roles: Mapping[str, list[float]]
    """role -> share of it that works here, by day."""


@dataclass
class Plan:
    """All that the replications of one scenario share; read only once compiled."""

    scenario: Scenario
    compiler: Compiler
    teams: dict[str, TeamPlan] = field(default_factory=dict)
    causes: dict[str, Causes] = field(default_factory=dict)
    """events set -> its causes."""
    hand_backs: dict[str, tuple[Causes, ...]] = field(default_factory=dict)
    """package station -> that a provider hands the package back, which leads to the station that sources it."""
    again: dict[str, str] = field(default_factory=dict)
    """package station -> where its care is looked for again."""
    failures: dict[str, Failure] = field(default_factory=dict)
    """package station -> what follows where its provider fails."""
    given_back: frozenset[Cause] = frozenset()
    """Causes by which a provider gives a package back: of its own, or because it fails."""
    discharge_pools: frozenset[str] = frozenset()
    """Pools whose kept places are people ready for discharge."""
    pull_floor_teams: frozenset[str] = frozenset()
    """Teams that serve both routes: what is pulled there is kept for discharge cases."""
    busy: dict[str, dict[str, float]] = field(default_factory=dict)
    """stream -> stations that many of its people come to, and what share of them."""
    paid: dict[str, list[float]] = field(default_factory=dict)
    """role -> productive hours a week of one person in post, by day."""


def compile(scenario: Scenario) -> Plan:
    """Make a scenario ready to run."""
    compiler = Compiler(scenario)
    plan = Plan(scenario, compiler)
    for name, events in scenario.events.items():
        plan.causes[name] = causes_of(name, events, compiler, len(plan.causes))
    plan.again = searched_again(scenario)
    _hand_backs(plan)
    plan.failures = failures(scenario, plan.again, compiler)
    plan.given_back = _given_back(plan)
    plan.discharge_pools = frozenset(
        s.pool
        for s in scenario.stations.values()
        if isinstance(s, Stay) and s.pool is not None and s.sets.get("route") == "discharge"
    )
    plan.pull_floor_teams = _serves_discharge(scenario)
    for role, spec in scenario.workforce.items():
        parts = [compiler.every_day(n) for n in (spec.hours, spec.leave, spec.sickness, spec.productive)]
        plan.paid[role] = [h * (1.0 - lv) * (1.0 - s) * p for h, lv, s, p in zip(*parts, strict=True)]
    plan.busy = {stream: busy_stations(scenario, stream) for stream in scenario.demand}
    for name, team in scenario.teams.items():
        plan.teams[name] = _team(name, team, plan)
    return plan


def _hand_backs(plan: Plan) -> None:
    for name, again in plan.again.items():
        station = plan.scenario.stations[name]
        assert isinstance(station, Package)
        assert station.market is not None
        market = plan.scenario.market[station.market]
        if market.hand_backs.value or market.hand_backs.changes:
            event = Event(rate=market.hand_backs, to=again, package="keep" if on_notice(market) else "end")
            index = len(plan.causes) + len(plan.hand_backs)
            plan.hand_backs[name] = (causes_of(f"{station.market}:{name}", {"hand_back": event}, plan.compiler, index),)


def _given_back(plan: Plan) -> frozenset[Cause]:
    """By which a provider gives a package back: of its own, or because it fails."""
    backs = [cause for sets in plan.hand_backs.values() for causes in sets for cause in causes.rated]
    backs += [failure.handed_back for failure in plan.failures.values()]
    return frozenset(backs)


def _team(name: str, spec: TeamSpec, plan: Plan) -> TeamPlan:
    scenario, compiler = plan.scenario, plan.compiler
    calendar = compiler.calendar(spec.calendar)
    tasks = [s for s in scenario.stations.values() if isinstance(s, Task) and s.team == name]
    caseloads = [s.caseload for s in tasks if s.caseload is not None]
    workers = compiler.every_day(spec.workers) if spec.workers is not None else None
    steady = bool(workers) and calendar.always and len(set(workers or [])) == 1 and not caseloads
    reserved = {route: compiler.every_day(n) for route, n in spec.reserved.items()}
    pulled = scenario.discharge_pull is not None and name in scenario.discharge_pull.teams
    floor_routes = dict.fromkeys(route for route, share in reserved.items() if any(share))
    if pulled and name in plan.pull_floor_teams:
        floor_routes["discharge"] = None
    ranks, rank_by = compiler.ranks(spec)
    roles = {}
    for role, shares in scenario.staffing.items():
        if name not in shares.options and all(divert.to != name for divert in shares.diverts):
            continue
        days = compiler.days
        table = [shares.at(d * days.length).get(name, 0.0) for d in range(days.first, days.last + 1)]
        if any(table):
            roles[role] = table
    return TeamPlan(
        name=name,
        spec=spec,
        calendar=calendar,
        hours=compiler.hours(spec.calendar),
        workers=workers,
        caseload=compiler.every_day(caseloads[0]) if caseloads else None,
        reserved=reserved if floor_routes else {},
        floor_routes=tuple(floor_routes),
        steady=steady,
        ranks=ranks,
        rank_by=rank_by,
        ahead_by=compiler.index[spec.priority_by],
        ahead={
            compiler.levels[spec.priority_by][level]: compiler.every_day(time)
            for level, time in spec.head_start.items()
        },
        roles=roles,
    )


def _serves_discharge(scenario: Scenario) -> frozenset[str]:
    """Teams pulled from that serve discharge as well: those one can reach from a discharge stay before a package."""
    pull = scenario.discharge_pull
    if pull is None:
        return frozenset()
    seen: set[str] = set()
    todo = [name for name, s in scenario.stations.items() if isinstance(s, Stay) and s.sets.get("route") == "discharge"]
    teams = set()
    while todo:
        name = todo.pop()
        if name in seen or name not in scenario.stations:
            continue
        seen.add(name)
        station = scenario.stations[name]
        if isinstance(station, Task | Sourcing) and station.team is not None:
            teams.add(station.team)
        if not isinstance(station, Package) and getattr(station, "next", None) is not None:
            todo.extend(_options(station.next))  # type: ignore[union-attr]
    return frozenset(teams & set(pull.teams)) - {pull.to}


def _options(shares: object) -> list[str]:
    from sim.scenario.schema import By, Shares

    if isinstance(shares, Shares):
        return list(shares.options)
    if isinstance(shares, By):
        rows = [*shares.rows.values(), shares.otherwise]
        return [name for row in rows if row is not None for name in _options(row)]
    return []
