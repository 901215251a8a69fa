"""Long-term care: who starts it, who has it, and what it takes of the market."""

from __future__ import annotations

import numpy as np

from sim.measures.catalogue.common import counting_as, of_group, share, starts
from sim.measures.measure import NAN, Formula, Measure
from sim.measures.moments import Bools, Rows
from sim.measures.setting import CARE_HOMES, Setting
from sim.measures.view import MeasureInput

__all__ = ["LONG_TERM", "home_care_hours", "packages"]

HOME_CARE = counting_as("home_care")
CARE_HOME = counting_as(*CARE_HOMES)


def packages(setting: Setting) -> frozenset[str]:
    return setting.named(kind="package")


def _new(view: MeasureInput, stations: frozenset[str]) -> Rows:
    """Starts in the window of people who never had any of these before."""
    rows = view.starts(stations)
    before = view.rows(stations, "service", "open_service")
    since = view.spells["started"]
    found: Rows = rows[~view.moments.preceded(rows, since[rows], before, since[before])]
    return found


def new_clients(view: MeasureInput) -> float:
    adults = view.setting.population.get("adults", 0.0)
    stations = packages(view.setting)
    return view.a_year(len(_new(view, stations))) * 1e5 / adults if stations and adults > 0.0 else NAN


def admissions(older: bool) -> Formula:
    """Permanent admissions of people aged 65 and over, or younger, per 100,000 of that age."""

    def measure(view: MeasureInput) -> float:
        over = view.setting.population.get("over_65", 0.0)
        people = over if older else view.setting.population.get("adults", 0.0) - over
        rows = _new(view, CARE_HOME(view.setting))
        old = view.older(rows)
        if not CARE_HOME(view.setting) or old is None or not over > 0.0 or not people > 0.0:
            return NAN
        return view.a_year(int((old == older).sum())) * 1e5 / people

    return measure


def straight_from_hospital(view: MeasureInput) -> float:
    if not view.setting.hospital_stays:
        return NAN
    rows = _new(view, CARE_HOME(view.setting))
    left = view.discharges
    found: Bools = view.moments.among(rows, view.spells["started"][rows], left.rows, left.times)
    return share(found)


def people_with(view: MeasureInput, stations: frozenset[str]) -> float:
    """Mean over time of people with such a package, kept ones among them; nan where there are none."""
    if not stations:
        return NAN
    return view.mean(*view.serving(stations)[:2]) + view.mean(*view.held(stations)[:2])


def at_home_to_care_home(view: MeasureInput) -> float:
    homes = CARE_HOME(view.setting)
    inside = people_with(view, homes)
    return people_with(view, packages(view.setting) - homes) / inside if inside > 0.0 else NAN


def hours_in_use(view: MeasureInput, stations: frozenset[str]) -> float:
    """Mean over time of the weekly amount of packages in use, those on hold left out."""
    return view.mean(*view.serving(stations)) + view.mean(*view.held(stations, ("kept",)))


def home_care_hours(view: MeasureInput) -> float:
    stations = HOME_CARE(view.setting)
    return hours_in_use(view, stations) if stations else NAN


def package_size(view: MeasureInput) -> float:
    stations = HOME_CARE(view.setting)
    people = view.mean(*view.serving(stations)[:2]) + view.mean(*view.held(stations, ("kept",))[:2])
    return hours_in_use(view, stations) / people if people > 0.0 else NAN


def market_use(*names: str) -> Formula:
    """What packages take of their markets, held ones among it, over what there is."""

    def measure(view: MeasureInput) -> float:
        stations = view.setting.named(counts_as=names)
        markets = {view.setting.stops[name].thing for name in stations} - {""}
        capacity = sum(view.level_mean(f"{market}.capacity") for market in markets)
        taken = [stop.name for stop in view.setting.stops.values() if stop.thing in markets]
        if not markets or not capacity > 0.0:
            return NAN
        return (view.mean(*view.serving(taken)) + view.mean(*view.held(taken))) / capacity

    return measure


def handed_back(view: MeasureInput) -> float:
    causes = [name for name in view.log.names if name.endswith(".hand_back")]
    if not any(stop.kind == "package" and stop.thing for stop in view.setting.stops.values()):
        return NAN
    spells = view.spells
    return view.a_year(int((np.isin(spells["cause"], view.codes(causes)) & view.within(spells["ended"])).sum()))


def lost_in_hospital(view: MeasureInput) -> float:
    """Ended on admission, or on hold there for too long."""
    setting, spells = view.setting, view.spells
    stations = packages(setting)
    if not stations or not setting.hospital_stays:
        return NAN
    away = view.rows(stations, "held", "open_held")
    on_hold = view.rows(stations, "held")
    on_hold = on_hold[np.isin(spells["reason"][on_hold], view.codes(("hold",)))]
    elsewhere = [s.name for s in setting.stops.values() if s.kind not in ("package", "exit")]
    lapsed = on_hold[np.isin(spells["to"][on_hold], view.codes(elsewhere))]
    served = view.rows(stations, "service")
    taken = served[np.isin(spells["to"][served], view.codes(setting.hospital_stays))]
    rows = np.concatenate((lapsed, taken))
    ended = spells["ended"][rows]
    gone = ~view.moments.among(rows, ended, away, spells["started"][away])
    return view.a_year(int((gone & view.within(ended)).sum()))


LONG_TERM = of_group(
    "Long-term care",
    (
        Measure(
            id="long_term_starts",
            title="Long-term care starts",
            field="New long-term packages and placements, moves included",
            unit="a year",
            direction="lower is better",
            side="council",
            definition=(
                "Packages that began in the period, returns to a package already held left out, a year of 365 days."
            ),
            function=starts(packages),
        ),
        Measure(
            id="new_long_term_clients_per_100000",
            title="People new to long-term care per 100,000 adults",
            field="New clients with long-term support per 100,000 adults",
            unit="per 100,000 a year",
            direction="lower is better",
            side="council",
            definition=(
                "First packages in the period of people who had none before in the log, whether a request led to them "
                "at once, after short-term support or after hospital, a year of 365 days, per 100,000 adults of the "
                "place."
            ),
            function=new_clients,
            source="SALT and client-level data, new clients",
        ),
        Measure(
            id="care_home_admissions_65_per_100000",
            title="Permanent care-home admissions aged 65 and over per 100,000",
            field="ASCOF 2C (formerly 2A part 2)",
            unit="per 100,000 a year",
            direction="lower is better",
            side="council",
            definition=(
                "First care-home packages in the period of people aged 65 and over who had none before in the log, a "
                "year of 365 days, per 100,000 people aged 65 and over."
            ),
            function=admissions(older=True),
            source="ASCOF 2C; Leeds, Better Living 4",
        ),
        Measure(
            id="care_home_admissions_18_64_per_100000",
            title="Permanent care-home admissions aged 18 to 64 per 100,000",
            field="ASCOF 2B (formerly 2A part 1)",
            unit="per 100,000 a year",
            direction="lower is better",
            side="council",
            definition="The same of people aged 18 to 64, per 100,000 adults of that age.",
            function=admissions(older=False),
            decimals=1,
            source="ASCOF 2B; Leeds, Better Living 3",
        ),
        Measure(
            id="care_home_straight_from_hospital",
            title="Permanent care-home admissions straight from hospital",
            field="Share of permanent admissions direct from an acute bed",
            unit="share",
            direction="lower is better",
            side="both",
            definition=(
                "Of new permanent care-home admissions: the share that began when the person left a hospital bed. "
                "None in the shipped tracks, by design: nobody goes from hospital to a permanent place "
                "but by home, or by a bed where that is decided."
            ),
            function=straight_from_hospital,
            decimals=3,
            source="Six Steps: none",
        ),
        Measure(
            id="packages_open",
            title="People with a long-term package",
            field="Long-term packages and placements open",
            unit="people",
            direction="neutral",
            side="council",
            definition="Mean over time of packages open, those kept through a stay in hospital or a review among them.",
            function=lambda view: people_with(view, packages(view.setting)),
        ),
        Measure(
            id="home_care_open",
            title="People with home care",
            field="Home-care packages open",
            unit="people",
            direction="neutral",
            side="council",
            definition="The same of packages that count as home care.",
            function=lambda view: people_with(view, HOME_CARE(view.setting)),
        ),
        Measure(
            id="care_homes_open",
            title="People in care homes",
            field="Care-home placements open",
            unit="people",
            direction="neutral",
            side="council",
            definition="The same of packages that count as a care home or a nursing home.",
            function=lambda view: people_with(view, CARE_HOME(view.setting)),
        ),
        Measure(
            id="at_home_to_care_home",
            title="People supported at home for each person in a care home",
            field="Ratio of community-based support to care homes",
            unit="to one",
            direction="higher is better",
            side="council",
            definition="Mean people with any other package over mean people in care homes.",
            function=at_home_to_care_home,
            decimals=2,
            source="Leeds, Better Connections 1",
        ),
        Measure(
            id="home_care_hours",
            title="Hours of home care",
            field="Planned home-care hours a week",
            unit="hours a week",
            direction="neutral",
            side="council",
            definition=(
                "Mean over time of weekly hours of home-care packages in use, those suspended in hospital left out."
            ),
            function=home_care_hours,
        ),
        Measure(
            id="home_care_package_size",
            title="Size of a home-care package",
            field="Planned home-care hours a week a person",
            unit="hours a week",
            direction="neutral",
            side="council",
            definition="Those hours over the mean number of people whose package is in use.",
            function=package_size,
            decimals=1,
        ),
        Measure(
            id="home_care_market_use",
            title="Home-care hours taken, of those there are",
            field="Use of contracted home-care capacity",
            unit="share",
            direction="neutral",
            side="council",
            definition=(
                "Mean weekly hours of home-care packages, those on hold among them, over the market's mean hours."
            ),
            function=market_use("home_care"),
            decimals=3,
        ),
        Measure(
            id="care_home_beds_use",
            title="Care-home beds taken, of those there are",
            field="Care-home occupancy",
            unit="share",
            direction="neutral",
            side="council",
            definition="Mean care-home places taken, those kept among them, over the market's mean places.",
            function=market_use(*sorted(CARE_HOMES)),
            decimals=3,
            source="Capacity Tracker",
        ),
        Measure(
            id="hand_backs",
            title="Packages handed back by a provider",
            field="Hand-backs",
            unit="a year",
            direction="lower is better",
            side="council",
            definition="Packages that ended in the period because the provider gave them back, a year of 365 days.",
            function=handed_back,
        ),
        Measure(
            id="packages_lost_in_hospital",
            title="Packages lost while in hospital",
            field="Packages ended on admission or on suspension",
            unit="a year",
            direction="lower is better",
            side="both",
            definition=(
                "Packages that ended in the period when their person went to hospital, or while on hold for a stay "
                "away, a year of 365 days; those of people who died are left out."
            ),
            function=lost_in_hospital,
        ),
    ),
)
