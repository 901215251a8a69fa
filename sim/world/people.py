"""A person: attributes, the place and package held, and where the journey stands."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from sim.engine.draws import uniform
from sim.engine.pool import Pool, Ticket, Waiter
from sim.engine.rounds import END, Wake, priority

if TYPE_CHECKING:
    from sim.engine.workclock import Case
    from sim.world.bands import Parts
    from sim.world.care import PackageStation
    from sim.world.events import Cause, Due
    from sim.world.providers import Provider, Search
    from sim.world.race import Watch
    from sim.world.station import Station
    from sim.world.world import World

__all__ = ["ENDS", "Holding", "Person", "Place", "nothing"]

ENDS: Final = priority(END, 0xFFFF)


def nothing(person: Person) -> None:
    """No end to come."""


class Place:
    """An amount of a pool held by a stay; kept after its end while the person waits for what is next."""

    __slots__ = ("amount", "area", "begun", "kept_since", "kind", "pool", "reason", "since", "station")

    def __init__(self, pool: Pool, amount: int, kind: str, station: Station) -> None:
        self.pool = pool
        self.amount = amount
        self.kind = kind
        self.station = station
        self.kept_since = math.nan
        self.reason = 0
        self.area = 0.0
        """Amount-time from ``begun`` until ``since``, of an amount that changes."""
        self.begun: float
        self.since: float


class Holding:
    """A package in force: its provider and amount, and since when the person is away from it."""

    __slots__ = (
        "amount", "away_since", "drawn", "due", "expiry", "mode", "outcome_based", "parts", "provider", "station",
        "until",
    )  # fmt: skip

    def __init__(
        self,
        station: PackageStation,
        provider: Provider | None,
        amount: int,
        parts: Parts,
        drawn: int,
        outcome_based: bool,
    ) -> None:
        self.station = station
        self.provider = provider
        self.amount = amount
        self.parts = parts
        """What it takes of each visit band."""
        self.drawn = drawn
        """The number of the package with whose luck the amount was drawn."""
        self.outcome_based = outcome_based
        self.mode = "here"
        """here, kept (in use on a side trip) or hold (not in use)."""
        self.away_since = math.nan
        self.expiry: Wake | None = None
        self.due: Due = {}
        self.until: float | None = None
        """When it ends, where it has a length; side trips do not move it."""


class Person(Waiter):
    """Someone on the tracks; also the heap's own event of whatever ends next for them and cannot be undone."""

    __slots__ = (
        "ahead", "altered", "amount", "at_end", "attributes", "case", "clocks", "drawn", "first", "from_code",
        "going", "joined", "kind", "listed", "offer", "opened", "package", "packages", "place", "race",
        "restarting", "row", "search", "seen", "sought", "sought_since", "started", "station", "stream", "ticket",
        "until", "version", "whole", "world",
    )  # fmt: skip

    joined: float
    """When the person joined where they are."""
    first: bool
    """Whether this is the first start there."""
    at_end: Callable[[Person], None]
    """What follows when the end comes."""
    ahead: Station | None
    """Where one goes next, at a station that settles it on entry."""
    going: str
    """The same as an id, '' for nowhere."""
    amount: int
    """Units of the pool asked for here."""
    until: float
    """When the elapsed time of a task is over."""

    def __init__(self, world: World, key: int, stream: int, attributes: list[int], row: int) -> None:
        self.world = world
        self.key = key
        self.live = True
        self.stream = stream
        self.row = row
        """Where the person stands in the stream's arrays."""
        self.seen = 0
        """Bits of the stations where the person has started before."""
        self.altered = 0
        """Bits of the attributes that have changed since arrival."""
        self.version = 0
        """Counts the changes of attributes."""
        self.attributes = attributes
        """Codes, in the order of ``Compiler.index``; route and class first."""
        self.clocks: dict[int, Any] = {}
        """By set of causes; and by decision, how often it has been used."""
        self.kind = ""
        """The class whose floor counts, of the slot or amount asked for here."""
        self.place: Place | None = None
        self.package: Holding | None = None
        self.packages = 0
        """Packages taken up so far: luck about a package is keyed by it, not by the try."""
        self.drawn = 0
        """The number of the package with whose luck the amount looked for is drawn."""
        self.search: Search | None = None
        self.sought = 0
        """Units of the market that the search here is for, as far as is known."""
        self.sought_since = 0.0
        self.offer: tuple[Provider | None, int, Parts, bool] | None = None
        """What sourcing found: provider, amount, what it comes to in each visit band, outcome-based."""
        self.station: Station | None = None
        self.started = math.nan
        self.from_code = 0
        self.restarting = False
        self.opened: float | None = None
        """Remaining time of someone here at the start (infinite: by events alone); None for all others."""
        self.whole = 0.0
        """The whole length, elapsed and remaining, of the stay of someone here at the start."""
        self.listed: float | None = None
        """When someone on a waiting list at the start joined it."""
        self.ticket: Ticket | None = None
        """In the queue here."""
        self.race: Watch | None = None
        """What may happen here meanwhile: a race, or the ``Vigil`` kept over a wait until it has to be one."""
        self.case: Case | None = None
        """Work under way that may be cut short."""

    def begin(self, station: Station) -> None:
        """Start the journey at a station."""
        self.world.entered.append(self)
        station.arrive(self)

    def resume(self, message: object) -> None:
        """Go on with a message: a start, an end, an offer."""
        race = self.race
        if race is not None:
            race.stop(self)
        self.station.told(self, message)  # type: ignore[union-attr]

    def sleep_until(self, time: float) -> None:
        """The work under way here ends then."""
        station = self.station
        assert station is not None
        self.at_end = station.ends
        self.world.rounds.push(time, ENDS + self.key, self)

    def happen(self) -> None:
        self.at_end(self)

    def use(self, decision: int) -> int:
        """How often this person has used a decision before; counts this use."""
        uses = self.clocks
        n: int = uses.get(decision, 0)
        uses[decision] = n + 1
        return n

    def luck(self, decision: int) -> float:
        """The next uniform of a decision."""
        return uniform(self.key, decision, self.use(decision))

    def of_package(self, cause: Cause) -> bool:
        """Whether a cause is one of the package held."""
        package = self.package
        return package is not None and any(cause in causes.rated for causes in package.station.hazards)
