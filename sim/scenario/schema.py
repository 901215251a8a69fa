"""What a checked scenario is: frozen values, every one with its origin.

Nothing here reads YAML (``loader``, ``forms``) or applies overlays (``overlays``); this is what they make. The text
under each field is its meaning: ``explain``, docs/language.md and the editors' schema are made of it (``reference``).
Times, lengths and rates are in the scenario's own time unit: days, unless the file says ``time_unit``.
``Scenario.day`` is how many of those units make a day. Times count from ``run.start``: the warm-up is below 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from sim.scenario.values import (
    By,
    Distribution,
    DistributionBy,
    Divert,
    Frozen,
    NameBy,
    NamesBy,
    Number,
    NumberBy,
    Part,
    Shares,
    SharesBy,
    Timed,
    Weight,
)  # fmt: skip

__all__ = [
    "Amount", "Attribute", "By", "CalendarSpec", "Cost", "DischargePull", "Distribution", "DistributionBy", "Divert",
    "Event", "EventSet", "Exit", "Frozen", "Market", "NameBy", "NamesBy", "NeedChange", "Number", "Opening", "Package",
    "Part", "PoolSpec",
    "Profile", "Role", "Routes", "Run", "Scenario", "Shares", "SharesBy", "Sourcing", "Station", "Stay", "Stream",
    "Task", "TeamSpec", "Timed", "Transfer", "Weight",
]  # fmt: skip


class Attribute(Frozen):
    """An attribute of people: its levels in order, and how they are shared out on arrival."""

    order: tuple[str, ...]
    """Levels from least to most; left out, the order in which they are first written."""
    shares: SharesBy
    """Levels and the share of arrivals at each; may go `by` another attribute, or by `class`."""


class Profile(Frozen):
    """How much a number varies with time.

    Weekday, month and hour are weights over their cycle's mean; steps and growth are factors as they stand.
    """

    weekday: Mapping[str, float] = {}
    """A weight for each of `mon` to `sun`; only their proportions matter."""
    month: Mapping[str, float] = {}
    """A weight for each of `jan` to `dec`; only their proportions matter."""
    hour: Mapping[int, float] = {}
    """Weights by hour of the day, 0 to 23; each holds until the next one written. For the `rate` of a stream only."""
    steps: tuple[tuple[float, float], ...] = ()
    """Factors from dates on, such as `{2027-01-05: 1.25, 2027-02-10: 1.0}`; 1 before the first."""
    ramp: float = 0.0
    """How long each of `steps` takes, in a line."""
    growth: float = 0.0
    """Rate a year, compounding from `run.start`."""


class CalendarSpec(Frozen):
    """When a team works."""

    days: tuple[int, ...] = (0, 1, 2, 3, 4, 5, 6)
    """Days on which it opens."""
    open: float = 0.0
    """Time of day it opens."""
    close: float = 1440.0
    """Time of day it closes: after it opens, at most `'24:00'`."""
    closed: tuple[str, ...] = ()
    """Days on which it stays closed all the same: English bank holidays, Christmas."""


class Stream(Frozen):
    """People who arrive."""

    rate: Number | None = None
    """People who arrive in a unit of time; they come at random (Poisson). One of `rate`, `every` and `times`."""
    every: Number | None = None
    """Mean time between two arrivals, in place of a rate."""
    times: tuple[float, ...] = ()
    """Exactly these arrivals, counted from the start of the reported time."""
    route: str = "community"
    """Route that people have on arrival: queues and places kept free go by it. `crises` have `crisis` unless said."""
    class_: str = Field(alias="class", default="")
    """Class that people have on arrival; default the stream's name."""
    year_effect: float = 0.0
    """Coefficient of variation of a factor drawn once a replication and year, shared by all worlds."""
    week_effect: float = 0.0
    """The same for a factor drawn once a week."""


class Routes(Frozen):
    """Who goes first in shared queues."""

    first: tuple[str, ...] = ()
    """Routes that go before all others."""
    discharge_first: Number = Number(value=0.0, unit="share")
    """How much of the head start a discharge case has: 0 first come first served, 1 all of it."""
    head_start: Number = Number(value=0.0, unit="days")
    """How much earlier than it did a discharge case counts as having joined, at `discharge_first: 1`."""


class TeamSpec(Frozen):
    """Staff who do tasks together, by one work clock."""

    calendar: str = "always"
    """When it works."""
    workers: Number | None = None
    """A fixed number of people; a team without it is staffed from `workforce` by `staffing`."""
    reserved: Mapping[str, Number] = {}
    """route -> share of the team kept for that route."""
    priority: tuple[str, ...] = ()
    """Classes in strict order, first served first, the rest after them; or `{by: attribute, order: [..]}`."""
    priority_by: str = "class"
    """The attribute that `priority` goes by."""
    head_start: Mapping[str, Number] = {}
    """level of the attribute that `priority` goes by -> how much earlier it counts as having joined."""


class Role(Frozen):
    """Posts of one role, and what empties and fills them."""

    posts: Number
    """Full-time posts there is money for; added later, they begin empty. Who is in a post that is taken away goes on to
    the role it `becomes`, as far as that has vacant posts, or leaves."""
    vacancy: Number = Number(value=0.0, unit="share")
    """Share of the posts empty at the start of the run."""
    leavers: Number = Number(value=0.0, unit="/day")
    """Hazard that someone in post leaves."""
    time_to_hire: Number = Number(value=0.0, unit="days")
    """From an empty post to someone in it; once it is shorter, posts already empty are filled by then too."""
    hires: Number | None = None
    """The most who can start; left out, no limit."""
    hours: Number = Number(value=37.0, unit="hours a week")
    """Paid hours of a post."""
    sickness: Number = Number(value=0.0, unit="share")
    """Share of working days lost to sickness."""
    leave: Number = Number(value=0.0, unit="share")
    """Share of working days lost to leave, bank holidays and training."""
    productive: Number = Number(value=1.0, unit="share")
    """Share of time at work that goes to cases."""
    agency: Number | None = None
    """The most vacant posts that agency staff cover, from the first of a month until the post is filled; left out,
    none. What they cost more is the `premium` of the role's cost."""
    load_leavers: Number = Number(value=0.0, unit="factor")
    """How much more people leave when there is more work for each: at 1, a tenth more posts for each who works than at
    the start of the run makes a tenth more leave."""
    becomes: str | None = None
    """The role that people go on to after a time, as soon as it has a vacant post."""
    after: Number | None = None
    """How long they are in this role before they do."""
    supervised_by: str | None = None
    """The role whose time their supervision takes."""
    supervision: Number | None = None
    """Hours a week that each in post takes of it."""


class DischargePull(Frozen):
    """Staff moved to discharge work as delays mount."""

    to: str
    """The team that gains."""
    full_at: Number
    """People ready for discharge at which the whole share moves; fewer, and less of it does."""
    teams: Mapping[str, Number]
    """Share of each that moves; these teams, and the one they move to, are staffed from `workforce`."""


class PoolSpec(Frozen):
    """Places or an amount that stays draw on."""

    capacity: Number
    """Places, or hours of care a week: bought in a block, where something is bought."""
    spot: Number = Number(value=0.0)
    """The most that is bought beyond the `capacity` one at a time, while the capacity is full: from and until a date by
    a dated change. A cost of the pool pays for it as it is used, with the `premium` of the cost."""
    others: Number | None = None
    """Places that others have who are not in the scenario, planned care among them; left out, none."""
    planned: Number = Number(value=0.0, unit="share")
    """Share of `others` that is planned: put off, from midnight to midnight, while people wait here for a place."""
    step: float = 1.0
    """One integer unit of the pool: 1 place, or 0.25 hours a week."""
    reserved: Mapping[str, Number] = {}
    """route -> share of the capacity kept for that route."""
    fit: Literal["strict", "first"] = "strict"
    """Whom a free amount goes to: `strict`, the head of the queue alone; `first`, the first that it will do for."""
    hold_after: Number | None = None
    """With `fit: first`: how long the head of the queue has waited when nobody may pass it any more."""
    priority: tuple[str, ...] = ()
    """Classes in strict order, first served first, the rest after them; or `{by: attribute, order: [..]}`."""
    priority_by: str = "class"
    """The attribute that `priority` goes by."""


class Market(Frozen):
    """Providers of packages."""

    hours: Number | None = None
    """Hours of care a week that all providers have together for the people of the scenario. A market has `hours` or
    `beds`."""
    beds: Number | None = None
    """Beds that all providers have together for them."""
    self_funded: Number = Number(value=0.0)
    """Hours or beds beside these that people have who pay for themselves. They keep as many when the market shrinks, or
    a provider fails or closes: they find others first, and what is left is for everyone else."""
    providers: int = 25
    """How many, of unequal size: the k-th has a share in proportion to 1/k."""
    step: float = 0.25
    """One integer unit of the market: 0.25 hours a week, or 1 bed."""
    growth: Number = Number(value=0.0, unit="/day")
    """Growth of the hours or beds, compounding from `run.start`; below 0 the market shrinks."""
    outcome_based: Number = Number(value=0.0, unit="share")
    """Share of packages on an outcome-based contract: every provider fits, the package is kept through hospital, and a
    review lowers its hours whenever need has eased."""
    hand_backs: Number = Number(value=0.0, unit="/day")
    """Hazard that a provider hands a package back; it is searched for again at this market's first sourcing station."""
    fit: Number = Number(value=1.0, unit="share")
    """Chance that a provider with room suits a package; drawn once for each person, package and provider."""
    embargo: Number = Number(value=0.0, unit="share")
    """Share of the hours or beds whose providers start nobody new: from the second largest down, the largest last; of
    the last of them a part, by the luck of person, package and provider. Packages there run on."""
    failed: Number = Number(value=0.0, unit="share")
    """Share of the hours or beds whose providers have failed: from the second largest down, the largest last; of the
    last of them a part. What they had is gone, and each package there is searched for again."""
    closures: Number = Number(value=0.0, unit="/day")
    """Hazard that a provider smaller than the average closes: as `failed`, of one."""
    replaced_after: Number = Number(value=0.0, unit="days")
    """How long after a closure another provider of its size begins, with nobody to care for yet."""
    notice: Number = Number(value=0.0, unit="days")
    """How long care goes on after a package is handed back, or its provider has failed, while another is sought."""
    assessment: DistributionBy | None = None
    """The provider's own assessment before a start, with the place kept: only then is it known whether it fits, and a
    provider that does not is not asked again. Left out, who does not fit makes no offer."""
    serves: Mapping[str, Mapping[str, Number]] = {}
    """Under an attribute and a level of it, the share of the providers who serve such people; which ones is drawn once
    for each provider, and one at least does. All serve a level not named."""
    bands: Shares | None = None
    """Share of every provider's hours that its rounds have in each visit band, such as `{breakfast: 0.3, lunch: 0.15,
    tea: 0.25, bed: 0.3}`. Left out, hours are free at any time."""
    visits: NamesBy | None = None
    """The bands in which a package has its visits, one a day in each, such as `[breakfast, bed]`. Its hours are spread
    evenly over them, and a provider takes it only if each of them has room. Goes with `bands`."""
    double_handed: Number = Number(value=1.0, unit="share")
    """Share of the providers, the largest of them, who can send two workers at once."""
    starts: str | None = None
    """Calendar inside which a package may start; what is found outside it starts when it opens, with the place kept.
    Left out, always."""


class Cost(Frozen):
    """What one thing costs, who pays for it, and what it would be worth to need less of it. One of care, pool, role."""

    care: str | None = None
    """What stations count as whose use is paid for: packages, stays, or tasks by `start`."""
    pool: str | None = None
    """A pool that is paid for whole, used or not: beds bought in a block, a reablement service."""
    role: str | None = None
    """A role of the workforce, paid for while in post."""
    cost: Number
    """Pounds."""
    per: Literal["hour", "day", "week", "year", "start"]
    """What the cost is of: an hour of care, a day or week of one person or place, a year in post, or each start."""
    prices: str
    """Financial year of its prices, such as `2024-25`: the same for every cost of a scenario."""
    premium: Number = Number(value=0.0, unit="share")
    """How much more it costs: of a role, an agency worker; of a pool, what is bought as `spot`."""
    retainer: Number = Number(value=0.0, unit="share")
    """Share of the cost of care paid while a package is on hold and its hours are kept: for as long as the event says,
    or until the person is back where it is outcome-based."""
    payer: Literal["council", "nhs"] = "council"
    """Who pays the provider."""
    contributions: Number = Number(value=0.0, unit="share")
    """Share of the cost that people pay to the council."""
    nhs_income: Number = Number(value=0.0, unit="share")
    """Share of the cost that the NHS pays to the council."""
    worth: Literal["cashable", "avoided", "capacity"] = "cashable"
    """What needing less would be: money back, money not asked for, or places and time for others but no money."""


class NeedChange(Frozen):
    """A step up or down the need order; ``share`` of people take it."""

    change: int
    """Steps up (need rises) or down."""
    share: Number = Number(value=1.0, unit="share")
    """Share of people who take it."""


class Event(Frozen):
    """What may happen while waiting or while here. One of rate, (background, excess), after."""

    rate: Number | None = None
    """Hazard while the person waits or is here. One of `rate`, `after`, or `background` and `excess`."""
    background: Number | None = None
    """The part of the hazard that there would be without the wait."""
    excess: Number | None = None
    """The part of the hazard that the wait adds: only this counts as caused by waiting."""
    after: Number | None = None
    """A fixed time after which it happens."""
    repeats: bool = False
    """Whether `after` starts again each time."""
    to: str | None = None
    """Where the person goes."""
    restart: str | None = None
    """The stay that begins again, in the place still held."""
    need: NeedChange | None = None
    """A change of need; without `to` the wait goes on."""
    package: Literal["keep", "end"] | Number | None = None
    """What a side trip does to the package held: `keep`, `end`, or `{hold: 14 days}`. Left out, it ends."""
    sets: Mapping[str, str] = {}
    """`route`, `class` or an own attribute, set when it happens."""
    origin: str = ""


EventSet = Mapping[str, Event]


class _Stop(Frozen):
    track: str | None = None
    """The track it lies on, for the map and for measures (`hospital` and `crisis` have a meaning of their own)."""
    title: str | None = None
    """Its name in reports; default its id in words."""
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
    """Where people go from here. An option may be `return`: back to the package held. A package may have none."""
    waiting: NameBy | None = None
    """The set of events from joining the queue to the start."""
    while_here: NameBy | None = None
    """The set of events from the start to the end."""
    need: NeedChange | None = None
    """A change of need at the end."""
    sets: Mapping[str, str] = {}
    """`route`, `class` or an own attribute, set at the start."""
    stream: str = ""
    """Name under which draws here are keyed, so that two operating models share their luck; default its own id."""
    transfer: Mapping[str, Transfer] = {}
    """next station -> how long the way there takes, and what it `holds`; one not named is reached at once."""
    decide: Literal["at_end", "on_entry"] = "at_end"
    """When the next station is drawn: `on_entry`, at the start, so that times may go `by: next`."""
    room: int | None = None
    """The most people waiting here with no place upstream: M/M/c/K has room K - c. Only with `when_full: lost`."""
    when_full: Literal["lost", "waits"] = "waits"
    """What becomes of those who find the room full."""


class Adjustment(Frozen):
    """What a review does to the hours of the package held, where they no longer fit the need."""

    up: Number = Number(value=1.0, unit="share")
    """Share of packages too small for the need of now whose hours are raised to it; where the provider has no room,
    another is looked for while it goes on."""
    down: Number = Number(value=1.0, unit="share")
    """Share of packages too large for it whose hours are lowered to it; outcome-based ones always are."""


class Task(_Visit):
    """Staff do work; without a team, a delay that holds nobody."""

    kind: Literal["task"]
    team: str | None = None
    """Who does it."""
    effort: DistributionBy | None = None
    """Working time it takes; holds a worker, or with a `caseload` shares the team's clock with the other cases."""
    elapsed: DistributionBy | None = None
    """Time it takes at least, counted from the start; holds nobody."""
    done_by: tuple[str, ...] = ()
    """Roles that may do it; left out, everyone in the team. No other role may be staffed in the team."""
    adjusts: Adjustment | None = None
    """For a review: the hours of the package held change to what its station gives the need of now, for these shares of
    those that no longer fit. Left out, they stay as they are."""
    keep_case: Number | None = None
    """Share of cases that stay open, their slot taken, through the tasks and searches that follow, until a stay or
    package starts or the journey ends; not of people who hold a place. Left out, none."""
    caseload: Number | None = None
    """Cases in hand for each person in post: the same in all tasks of a team. Left out, the team goes by effort."""


class Amount(Frozen):
    """An amount of a pool that falls in weekly steps along the stay; the mean end is at most the mean start."""

    start: DistributionBy
    """At the start of the stay."""
    end: DistributionBy
    """At its end."""


class Stay(_Visit):
    """A place, or an amount of a pool, for a bounded time."""

    kind: Literal["stay"]
    pool: str | None = None
    """What it draws on; left out, there is room for everyone."""
    amount: DistributionBy | Amount | None = None
    """How much of the pool; left out, one place. It may fall along the stay: `{start: 12 h/week, end: 4 h/week}`."""
    length: DistributionBy
    """How long it lasts."""
    keep_place: bool | tuple[str, ...] = False
    """Whether the place is kept after the end until the next stay or package starts; or towards which stations."""
    takes_stock: bool = False
    """Whether the stock of its pool opens here."""
    starts: str | None = None
    """Calendar inside which it may start; left out, always."""


class Sourcing(_Visit):
    """Brokers search the market for a match; the person waits where they are."""

    kind: Literal["sourcing"]
    team: str | None = None
    """Who searches."""
    effort: DistributionBy | None = None
    """Working time it takes before offers can come."""
    market: str
    """Where they search."""
    offers: Number
    """Hazard of an offer from each provider that has room and fits."""


class Package(_Visit):
    """An open-ended amount of the market."""

    kind: Literal["package"]
    market: str | None = None
    """Whose hours or beds it takes; left out, there is room for everyone."""
    amount: DistributionBy | None = None
    """How much of the market; left out, the smallest unit of it (a bed)."""
    double_handed: NumberBy | None = None
    """Share of people whose care takes two workers at once, and so twice the `amount`; once and for all for a person
    and a share."""
    length: DistributionBy | None = None
    """How long it lasts at most; left out, until an event ends it."""
    takes_stock: bool = False
    """Whether the stock of its market opens here."""


class Exit(_Stop):
    """The end of a journey, from which people may come back for a time."""

    kind: Literal["exit"]
    while_here: NameBy | None = None
    """The set of events by which people come back: each with a `rate` and a `to`. Left out, nobody does."""
    length: DistributionBy | None = None
    """How long afterwards they may; goes with `while_here`."""


Station = Annotated[Task | Stay | Sourcing | Package | Exit, Field(discriminator="kind")]


class Opening(Frozen):
    """Who is there at the start: of a pool, a market or a station."""

    here: int = 0
    """People in the midst of a stay or package."""
    waiting: int = 0
    """People in the queue."""
    waited: DistributionBy | None = None
    """How long those waiting have waited so far; left out, exponential with a mean of 28 days."""
    left: DistributionBy | None = None
    """Remaining stay of those here; default the station's own law given the time elapsed."""
    class_: str = Field(alias="class", default="")
    """Their class; default a class of their own."""
    people: Mapping[str, Shares] = {}
    """Under the name of any attribute: shares in place of those of arrivals."""
    origin: str = ""


class Run(Frozen):
    """How long and how often."""

    start: str | None = None
    """First reported day, such as `2026-04-01`; left out, Monday 2024-01-01."""
    length: float
    """Reported time."""
    warm_up: float = 0.0
    """Time simulated before it, which is not reported."""
    replications: int = 20
    """How often it is run, each time with other luck."""
    seed: int = 1
    """Which luck."""
    decision: float = 0.0
    """When a scenario's own changes start; default the first reported day."""
    most_waiting: int = 20000
    """A replication stops, naming the station, when more people than this wait there."""
    joint: tuple[str, ...] = ()
    """Stations of which the table tells how many are at each at once."""


class Scenario(Frozen):
    """A scenario, resolved and checked: all there is to know to run it."""

    name: str
    """As typed: ``baseline``, ``./mine.yaml``."""
    title: str
    """What it is, in a line."""
    summary: str = ""
    """What it asks, in a sentence."""
    illustrative: bool = False
    """Whether its figures are not a place's own."""
    day: float = 1.0
    """Model time units in a day."""
    time_unit: str = "days"
    """What a bare number of time is in: `minutes`, `hours` or `days`. For textbook models."""
    population: Mapping[str, float] = {}
    """People who live there, by group: for rates per head."""
    people: Mapping[str, Attribute] = {}
    """The attributes of people, and how arrivals are shared out over their levels."""
    demand: Mapping[str, Stream] = {}
    """Streams of people who arrive."""
    doors: Mapping[str, Shares] = {}
    """Where each stream comes in: stations and shares."""
    routes: Routes = Routes()
    """Who goes first in shared queues."""
    stations: Mapping[str, Station]
    """What happens to people, wired by `next` and by events."""
    teams: Mapping[str, TeamSpec] = {}
    """Staff who do tasks together, by one work clock."""
    staffing: Mapping[str, Shares] = {}
    """Which share of each role of the workforce is in which team."""
    discharge_pull: DischargePull | None = None
    """Staff moved to discharge work as delays mount."""
    workforce: Mapping[str, Role] = {}
    """Posts by role, and what empties and fills them."""
    pools: Mapping[str, PoolSpec] = {}
    """Places (beds), or hours of care a week, that stays draw on."""
    market: Mapping[str, Market] = {}
    """Providers of packages, by kind of care."""
    costs: Mapping[str, Cost] = {}
    """What things cost, and who pays."""
    events: Mapping[str, EventSet] = {}
    """Sets of what may happen while waiting or while here; stations name them."""
    profiles: Mapping[str, Profile] = {}
    """How numbers vary with time; numbers name them."""
    calendars: Mapping[str, CalendarSpec] = {}
    """When teams work: `always`, `office_hours`, `extended_week`, `seven_days`, or your own."""
    stock: Mapping[str, Opening] = {}
    """Who is there at the start, by pool, market or station."""
    run: Run
    """How long, how often, and from which day."""
    base_rates: Mapping[str, float] = {}
    """stream -> the place's own rate before any change: the height of one strip of candidates."""
    files: tuple[str, ...] = ()
    """Every file read, in order of application."""
    applied: Mapping[str, float] = {}
    """overlay -> level."""
    origins: Mapping[str, str] = {}
    """path -> file:line of each value that is not a ``Number`` (which has its own)."""
