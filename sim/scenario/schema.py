"""What a checked scenario is: frozen values, every one with its origin.

Nothing here reads YAML (``loader``, ``parse``) or applies overlays (``overlays``); this is what they make.
Times, lengths and rates are in the scenario's own time unit: days, unless the file says ``time_unit``.
``Scenario.day`` is how many of those units make a day. Times count from ``run.start``: the warm-up is below 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

__all__ = [
    "Amount", "Attribute", "By", "CalendarSpec", "DischargePull", "Distribution", "Divert", "Event", "EventSet", "Exit",
    "Frozen", "Market", "NeedChange", "Number", "Opening", "Package", "Part", "PoolSpec", "Profile", "Role", "Routes",
    "Run", "Scenario", "Shares", "Sourcing", "Station", "Stay", "Stream", "Task", "TeamSpec", "Timed", "Transfer",
    "Weight",
]  # fmt: skip


class Frozen(BaseModel):
    """A value that is checked once and never changes."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class Weight(Frozen):
    """How much of a dated change is in force: ``level`` times a trapezium over each window."""

    level: float = 1.0
    """How much of the overlay is there (0 none, 1 as written)."""
    windows: tuple[tuple[float, float], ...] = ()
    """(from, until) in model time from ``run.start``; until may be infinite."""
    ramp: float = 0.0
    """Rises in a line over this long from ``from``; falls over this long after ``until``."""

    def at(self, time: float) -> float:
        """The weight at a time: level x ramp(time), where overlapping windows take the larger."""
        best = 0.0
        for start, until in self.windows:
            if time < start:
                continue
            rise = 1.0 if self.ramp <= 0 else min(1.0, (time - start) / self.ramp)
            if time >= until:
                fall = 0.0 if self.ramp <= 0 else 1.0 - (time - until) / self.ramp
                rise = min(rise, fall)
            best = max(best, rise)
        return self.level * best


class Timed(Frozen):
    """One dated change of a number. At weight w: set, old + w (new - old); multiply, x (1 + w (m - 1)); add, + w a."""

    op: Literal["set", "multiply", "add"]
    amount: float
    weight: Weight
    range: tuple[float, float] | None = None
    evidence: str | None = None
    origin: str = ""


class Number(Frozen):
    """One number with where it came from; effective value = value x factors x profiles at time t."""

    value: float
    """In the unit given by ``unit``."""
    unit: str = ""
    """Canonical: 'days' or the time unit, '/day', 'hours', 'hours a week', 'share', 'factor', 'count', 'GBP', ''."""
    range: tuple[float, float] | None = None
    evidence: str | None = None
    note: str | None = None
    factors: Mapping[str, Mapping[str, float]] = {}
    """attribute -> level -> factor; a level not named has factor 1. Only of a hazard of an event."""
    profile: tuple[str, ...] = ()
    """Hours of the day only of the rate of a stream."""
    changes: tuple[Timed, ...] = ()
    """Dated changes, in canonical order (set, multiply, add)."""
    origin: str = ""
    """file:line of the file that has the last word on the value."""

    def at(self, time: float) -> float:
        """Value with its dated changes at a time (no profile, no factor)."""
        return _changed(self.value, self.changes, time)


class Divert(Frozen):
    """A dated diversion between options of one table: w x amount of what went to each source goes to ``to``."""

    sources: Mapping[str, float]
    to: str
    weight: Weight
    range: tuple[float, float] | None = None
    evidence: str | None = None
    origin: str = ""


class Shares(Frozen):
    """A table of options and the share each takes; sums to 1 at every time."""

    options: Mapping[str, Number]
    """In the order written, ``rest`` among them with the value it comes to in the file."""
    rest: str | None = None
    """The option that takes what the others leave."""
    diverts: tuple[Divert, ...] = ()
    """Each reads the table as it stands after every ``set``."""
    origin: str = ""

    def at(self, time: float) -> dict[str, float]:
        """Share by option at a time: set, then divert, then multiply and add, what remains going to ``rest``."""
        if not self.diverts and not any(n.changes for n in self.options.values()):
            return {option: n.value for option, n in self.options.items()}
        after_set = {option: _part(n, time, ("set",), n.value) for option, n in self.options.items()}
        self._fill(after_set)
        table = dict(after_set)
        for divert in self.diverts:
            w = divert.weight.at(time)
            for source, amount in divert.sources.items():
                moved = w * amount * after_set[source]
                table[source] -= moved
                table[divert.to] = table.get(divert.to, 0.0) + moved
        if any(c.op != "set" for n in self.options.values() for c in n.changes):
            for option, n in self.options.items():
                table[option] = _part(n, time, ("multiply", "add"), table[option])
            self._fill(table)
        return table

    def _fill(self, table: dict[str, float]) -> None:
        if self.rest is not None:
            table[self.rest] = 1.0 - sum(v for o, v in table.items() if o != self.rest)


def _part(number: Number, time: float, ops: tuple[str, ...], value: float) -> float:
    return _changed(value, [change for change in number.changes if change.op in ops], time)


def _changed(value: float, changes: Iterable[Timed], time: float) -> float:
    for change in changes:
        w = change.weight.at(time)
        if w:
            if change.op == "set":
                value += w * (change.amount - value)
            elif change.op == "multiply":
                value *= 1.0 + w * (change.amount - 1.0)
            else:
                value += w * change.amount
    return value


class Distribution(Frozen):
    """A length, an effort or an amount: one flat mapping, so that ``length.mean`` is a path whatever the family."""

    dist: str
    """constant, exponential, lognormal, gamma, erlang, weibull, normal (from 0), beta, poisson, triangular, uniform,
    discrete, empirical, mixture."""
    params: Mapping[str, Number]
    """value | mean, sd or variance | median, sd | mu, sigma (of the log, in units of ``scale``) | min, max | shape,
    scale | alpha, beta | mode | k."""
    scale: float = 1.0
    """Multiplies the result: the unit of mu and sigma, or of a Poisson count, in model time (1 otherwise)."""
    unit: str = ""
    """Of ``values``, as in ``Number``; or what mu and sigma, or a Poisson count, are said to be in."""
    values: tuple[float, ...] = ()
    """Of a discrete law; or all that an empirical one has seen."""
    weights: tuple[float, ...] = ()
    """One for each of ``values`` of a discrete law; only their proportions matter."""
    parts: Mapping[str, Part] = {}
    """Of a mixture."""
    origin: str = ""


class Part(Frozen):
    """One part of a mixture."""

    weight: Number
    """In proportion to those of the other parts."""
    law: Distribution


T = TypeVar("T")


class By(Frozen, Generic[T]):
    """Picks one of several by an attribute of the person."""

    by: str
    """An attribute of people, ``route``, ``class``, ``place`` (pool now held, or none), ``package`` (held or none)."""
    rows: Mapping[str, T]
    otherwise: T | None = None

    def row(self, level: str) -> T | None:
        """The row for a level of the attribute."""
        return self.rows.get(level, self.otherwise)


NumberBy = Number | By[Number] | By[By[Number]]
DistributionBy = Distribution | By[Distribution] | By[By[Distribution]]
SharesBy = Shares | By[Shares] | By[By[Shares]]
NameBy = str | By[str]


class Attribute(Frozen):
    """An attribute of people: its levels in order, and how they are shared out on arrival."""

    order: tuple[str, ...]
    shares: SharesBy


class Profile(Frozen):
    """How much a number varies with time.

    Weekday, month and hour are weights over their cycle's mean; steps and growth are factors as they stand.
    """

    weekday: Mapping[str, float] = {}
    month: Mapping[str, float] = {}
    hour: Mapping[int, float] = {}
    """Holds until the next key."""
    steps: tuple[tuple[float, float], ...] = ()
    """(time, factor) in model time, in order; 1 before the first."""
    ramp: float = 0.0
    growth: float = 0.0
    """Rate a year, compounding from ``run.start``."""


class CalendarSpec(Frozen):
    """When a team works."""

    days: tuple[int, ...] = (0, 1, 2, 3, 4, 5, 6)
    """0 is Monday."""
    open: float = 0.0
    """Minute of the day it opens."""
    close: float = 1440.0
    closed: tuple[str, ...] = ()
    """bank_holidays, christmas."""


class Stream(Frozen):
    """People who arrive."""

    rate: Number | None = None
    """What ``every`` comes to, where that is what is written."""
    every: Number | None = None
    """Mean time between two arrivals."""
    times: tuple[float, ...] = ()
    route: str = "community"
    class_: str = Field(alias="class", default="")
    """Default: the stream's name."""
    year_effect: float = 0.0
    """Coefficient of variation of a factor drawn once a replication and year, shared by all worlds."""
    week_effect: float = 0.0


class Routes(Frozen):
    """Who goes first in shared queues."""

    first: tuple[str, ...] = ()
    discharge_first: Number = Number(value=0.0, unit="share")
    head_start: Number = Number(value=0.0, unit="days")


class TeamSpec(Frozen):
    """Staff who do tasks together, by one work clock."""

    calendar: str = "always"
    workers: Number | None = None
    """Slots at speed 1; a team without it is staffed from ``workforce`` by ``staffing``."""
    reserved: Mapping[str, Number] = {}
    """route -> share of the slots kept for that route."""
    priority: tuple[str, ...] = ()
    """Classes in strict order, first served first; the rest after them."""
    priority_by: str = "class"


class Role(Frozen):
    """Posts of one role, and what empties and fills them."""

    posts: Number
    vacancy: Number = Number(value=0.0, unit="share")
    leavers: Number = Number(value=0.0, unit="/day")
    time_to_hire: Number = Number(value=0.0, unit="days")
    hires: Number | None = None
    """The most who start in a month; none: no limit."""
    hours: Number = Number(value=37.0, unit="hours a week")
    sickness: Number = Number(value=0.0, unit="share")
    leave: Number = Number(value=0.0, unit="share")
    productive: Number = Number(value=1.0, unit="share")


class DischargePull(Frozen):
    """Staff moved to discharge work as delays mount."""

    to: str
    full_at: Number
    teams: Mapping[str, Number]
    """Share of each that moves; these teams, and the one they move to, are staffed from ``workforce``."""


class PoolSpec(Frozen):
    """Places or an amount that stays draw on."""

    capacity: Number
    step: float = 1.0
    """One integer unit of the pool: 1 place, or 0.25 hours a week."""
    reserved: Mapping[str, Number] = {}
    fit: Literal["strict", "first"] = "strict"
    hold_after: Number | None = None
    priority: tuple[str, ...] = ()
    """Classes in strict order, first served first; the rest after them."""
    priority_by: str = "class"


class Market(Frozen):
    """Providers of packages."""

    hours: Number | None = None
    beds: Number | None = None
    providers: int = 25
    """Of unequal size: the k-th has a share in proportion to 1/k."""
    step: float = 0.25
    growth: Number = Number(value=0.0, unit="/day")
    outcome_based: Number = Number(value=0.0, unit="share")
    """Share of packages on an outcome-based contract: every provider fits, and the package is kept through hospital."""
    hand_backs: Number = Number(value=0.0, unit="/day")
    """Those handed back are searched for again at the first sourcing station written for this market."""
    fit: Number = Number(value=1.0, unit="share")


class NeedChange(Frozen):
    """A step up or down the need order; ``share`` of people take it."""

    change: int
    share: Number = Number(value=1.0, unit="share")


class Event(Frozen):
    """What may happen while waiting or while here. One of rate, (background, excess), after."""

    rate: Number | None = None
    background: Number | None = None
    excess: Number | None = None
    """Only this part counts as caused by waiting."""
    after: Number | None = None
    repeats: bool = False
    to: str | None = None
    restart: str | None = None
    need: NeedChange | None = None
    package: Literal["keep", "end"] | Number | None = None
    """A Number is how long the package is held."""
    sets: Mapping[str, str] = {}
    origin: str = ""


EventSet = Mapping[str, Event]


class _Stop(Frozen):
    track: str | None = None
    title: str | None = None
    counts_as: str = ""
    """What measures count it as; default its own id."""
    origin: str = ""


class Transfer(Frozen):
    """The way to the next station takes time."""

    time: Distribution
    holds: Literal["from", "to", "both", "neither"] = "neither"
    """Which places are held on the way: the one left, the one gone to (then only those set out who have it)."""


class _Visit(_Stop):
    next: SharesBy | None = None
    """None only for a package (left by its events alone). An option may be ``return``: back to the package held."""
    waiting: NameBy | None = None
    while_here: NameBy | None = None
    need: NeedChange | None = None
    """At the end."""
    sets: Mapping[str, str] = {}
    """route, class or an own attribute, set at the start."""
    stream: str = ""
    """Name under which draws here are keyed; default the station's id."""
    transfer: Mapping[str, Transfer] = {}
    """next station -> the way there; one not named is reached at once."""
    decide: Literal["at_end", "on_entry"] = "at_end"
    """When the next station is drawn: ``on_entry``, at the start, so that times may go ``by: next``."""
    room: int | None = None
    """The most people waiting here with no place upstream: M/M/c/K has room K - c. Only with ``when_full: lost``."""
    when_full: Literal["lost", "waits"] = "waits"
    """What becomes of those who find the room full."""


class Task(_Visit):
    """Staff do work; without a team, a delay that holds nobody."""

    kind: Literal["task"]
    team: str | None = None
    effort: DistributionBy | None = None
    elapsed: DistributionBy | None = None
    caseload: Number | None = None
    """Cases in hand for each person in post: the same in all tasks of a team."""


class Amount(Frozen):
    """An amount of a pool that falls in weekly steps along the stay; the mean end is at most the mean start."""

    start: DistributionBy
    end: DistributionBy


class Stay(_Visit):
    """A place, or an amount of a pool, for a bounded time."""

    kind: Literal["stay"]
    pool: str | None = None
    amount: DistributionBy | Amount | None = None
    """None: one place."""
    length: DistributionBy
    keep_place: bool | tuple[str, ...] = False
    takes_stock: bool = False
    starts: str | None = None
    """Calendar inside which it may start; none: always."""


class Sourcing(_Visit):
    """Brokers search the market for a match; the person waits where they are."""

    kind: Literal["sourcing"]
    team: str | None = None
    effort: DistributionBy | None = None
    market: str
    offers: Number


class Package(_Visit):
    """An open-ended amount of the market."""

    kind: Literal["package"]
    market: str | None = None
    amount: DistributionBy | None = None
    length: DistributionBy | None = None
    takes_stock: bool = False


class Exit(_Stop):
    """The end of a journey."""

    kind: Literal["exit"]


Station = Annotated[Task | Stay | Sourcing | Package | Exit, Field(discriminator="kind")]


class Opening(Frozen):
    """Who is there at the start: of a pool, a market or a station."""

    here: int = 0
    waiting: int = 0
    waited: DistributionBy | None = None
    """How long those waiting have waited so far."""
    left: DistributionBy | None = None
    """Remaining stay of those here; default the station's own law given the time elapsed."""
    class_: str = Field(alias="class", default="")
    """Default: a class of their own."""
    people: Mapping[str, Shares] = {}
    """attribute -> shares, in place of those of arrivals."""
    origin: str = ""


class Run(Frozen):
    """How long and how often."""

    start: str | None = None
    """First reported day, ISO; None in models without a calendar year (then a Monday, 2024-01-01)."""
    length: float
    warm_up: float = 0.0
    replications: int = 20
    seed: int = 1
    decision: float = 0.0
    """Model time at which a scenario's own changes start."""
    most_waiting: int = 20000
    """A replication stops, naming the station, when more people than this wait there."""
    joint: tuple[str, ...] = ()
    """Stations of which the table tells how many are at each at once."""


class Scenario(Frozen):
    """A scenario, resolved and checked: all there is to know to run it."""

    name: str
    """As typed: ``baseline``, ``./mine.yaml``."""
    title: str
    summary: str = ""
    illustrative: bool = False
    day: float = 1.0
    """Model time units in a day."""
    time_unit: str = "days"
    population: Mapping[str, float] = {}
    people: Mapping[str, Attribute] = {}
    demand: Mapping[str, Stream] = {}
    doors: Mapping[str, Shares] = {}
    routes: Routes = Routes()
    stations: Mapping[str, Station]
    teams: Mapping[str, TeamSpec] = {}
    staffing: Mapping[str, Shares] = {}
    discharge_pull: DischargePull | None = None
    workforce: Mapping[str, Role] = {}
    pools: Mapping[str, PoolSpec] = {}
    market: Mapping[str, Market] = {}
    events: Mapping[str, EventSet] = {}
    profiles: Mapping[str, Profile] = {}
    calendars: Mapping[str, CalendarSpec] = {}
    """Own and shipped."""
    stock: Mapping[str, Opening] = {}
    """By station (pools and markets resolved to the station that takes their stock)."""
    run: Run
    base_rates: Mapping[str, float] = {}
    """stream -> the place's own rate before any change: the height of one strip of candidates."""
    files: tuple[str, ...] = ()
    """Every file read, in order of application."""
    applied: Mapping[str, float] = {}
    """overlay -> level."""
    origins: Mapping[str, str] = {}
    """path -> file:line of each value that is not a ``Number`` (which has its own)."""
