"""Every noun of the language and the fields of each: what may be written where, its unit and its bounds."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from sim.scenario import schema
from sim.scenario.fields import (
    DAYS,
    MONTHS,
    AmountForm,
    AttributeForm,
    CalendarForm,
    ClockForm,
    DateForm,
    EventForm,
    KeepForm,
    MarketForm,
    MomentForm,
    OpeningForm,
    PackageForm,
    PoolForm,
    PriorityForm,
    StepsForm,
    StreamForm,
    TeamForm,
    TimesForm,
    TransferForm,
    WeightsForm,
    YearForm,
    YearlyForm,
    amounts,
    lengths,
    time,
)  # fmt: skip
from sim.scenario.forms import Counted, Dist, Either, Flag, Listed, Plain, Ref, Table, Word
from sim.scenario.number import Num, share
from sim.scenario.records import Each, Kinds, Record
from sim.scenario.tree import Form

__all__ = ["DAYS", "DEFAULT_ROUTES", "NOUNS", "RUN"]

DEFAULT_ROUTES = {"crises": "crisis"}
"""Streams whose route is not ``community`` when the file does not say."""

rate, count, amount = Num("rate"), Num("count"), Num("amount")
any_rate = Num("rate", -math.inf)
some = Num("count", above=True)
for_good = Num("time", fixed=True)
between = Num("time", above=True, fixed=True)
efforts = Either(Dist(Num("work")), schema.Distribution)
to_stations = Either(Table("stations"), schema.Shares)
event_sets = Either(Ref("events"), str, 1)

_need = Record(schema.NeedChange, {"change": Counted(-20, 20), "share": share}, ("change",))
_sets = Each(Word(), any_key=True)
_stop: dict[str, Form] = {"track": Word(), "title": Word(), "counts_as": Word()}
_visit: dict[str, Form] = {
    **_stop, "next": to_stations, "waiting": event_sets, "while_here": event_sets, "need": _need, "sets": _sets,
    "stream": Word(), "room": Counted(), "when_full": Word(("lost", "waits")),
    "transfer": Each(TransferForm(time)), "decide": Word(("at_end", "on_entry")),
}  # fmt: skip


def _station(kind: str, model: type[Any], fields: dict[str, Form], required: tuple[str, ...] = ()) -> Record:
    return Record(model, fields, required, {"kind": kind}, ("kind",))


STATIONS = Kinds({
    "task": _station("task", schema.Task, {
        **_visit, "team": Ref("teams"), "effort": efforts, "elapsed": lengths, "caseload": some,
        "keep_case": share,
        "done_by": Listed("workforce"), "adjusts": Record(schema.Adjustment, {"up": share, "down": share}),
    }, ("next",)),
    "stay": _station("stay", schema.Stay, {
        **_visit, "pool": Ref("pools"), "amount": AmountForm(), "length": lengths, "keep_place": KeepForm(),
        "takes_stock": Flag(), "starts": Ref("calendars"),
    }, ("length", "next")),
    "sourcing": _station("sourcing", schema.Sourcing, {
        **_visit, "team": Ref("teams"), "effort": efforts, "market": Ref("market"), "offers": rate,
    }, ("market", "offers", "next")),
    "package": _station("package", schema.Package, {
        **_visit, "market": Ref("market"), "amount": amounts, "length": lengths, "takes_stock": Flag(),
        "double_handed": Either(share, schema.Number, 1),
    }),
    "exit": _station("exit", schema.Exit, {**_stop, "while_here": event_sets, "length": lengths}),
})  # fmt: skip

_event = EventForm(schema.Event, {
    "rate": rate, "background": rate, "excess": rate, "after": for_good, "repeats": Flag(), "to": Ref("stations"),
    "restart": Ref("stations"), "need": _need, "package": PackageForm(), "sets": _sets,
})  # fmt: skip

NOUNS: dict[str, Form] = {
    "people": Each(AttributeForm()),
    "demand": Each(StreamForm(schema.Stream, {
        "rate": rate, "every": between, "times": TimesForm(), "route": Word(), "class": Word(),
        "year_effect": Plain(Num("share", 0, 2)), "week_effect": Plain(Num("share", 0, 2)),
    })),
    "doors": Each(Table("stations")),
    "routes": Record(schema.Routes, {"first": Listed(), "discharge_first": Num("share", 0, 10), "head_start": time}),
    "stations": Each(STATIONS),
    "teams": Each(TeamForm(schema.TeamSpec, {
        "calendar": Ref("calendars"), "workers": count, "reserved": Each(share), "priority": PriorityForm(),
        "head_start": Each(time),
    })),
    "staffing": Each(Table("teams")),
    "discharge_pull": Record(schema.DischargePull, {
        "to": Ref("teams"), "full_at": some, "teams": Each(share),
    }, ("to", "full_at", "teams")),
    "workforce": Each(Record(schema.Role, {
        "posts": count, "vacancy": Num("share", 0.0, 1.0, fixed=True), "leavers": rate, "time_to_hire": time,
        "hires": rate, "hours": amount,
        "sickness": share, "leave": share, "productive": share, "agency": count,
        "load_leavers": Num("factor", 0.0, 20.0), "becomes": Ref("workforce"), "after": for_good,
        "supervised_by": Ref("workforce"), "supervision": amount,
    }, ("posts",))),
    "pools": Each(PoolForm(schema.PoolSpec, {
        "capacity": Num("capacity"), "spot": Num("capacity"), "others": count, "planned": share,
        "reserved": Each(share), "fit": Word(("strict", "first")), "hold_after": for_good, "priority": PriorityForm(),
    }, ("capacity",))),
    "market": Each(MarketForm(schema.Market, {
        "hours": amount, "beds": count, "self_funded": Num("capacity"), "providers": Counted(1, 1000),
        "growth": any_rate, "outcome_based": share,
        "hand_backs": rate, "fit": share, "embargo": share, "failed": share, "closures": rate,
        "replaced_after": time, "notice": time,
        "assessment": lengths, "serves": Each(Each(share, any_key=True), any_key=True),
        "bands": Table(), "visits": Either(Listed(), Sequence[str], 1), "double_handed": share,
        "starts": Ref("calendars"),
    })),
    "costs": Each(Record(schema.Cost, {
        "care": Word(), "pool": Ref("pools"), "role": Ref("workforce"), "cost": Num("money"),
        "per": Word(("hour", "day", "week", "year", "start")), "prices": YearForm(),
        "premium": Num("share", 0.0, 5.0), "retainer": share, "payer": Word(("council", "nhs")),
        "contributions": share, "nhs_income": share, "worth": Word(("cashable", "avoided", "capacity")),
    }, ("cost", "per", "prices"))),
    "events": Each(Each(_event)),
    "profiles": Each(Record(schema.Profile, {
        "weekday": WeightsForm(DAYS), "month": WeightsForm(MONTHS),
        "hour": WeightsForm(tuple(str(hour) for hour in range(24)), all_needed=False),
        "steps": StepsForm(), "ramp": Plain(time), "growth": YearlyForm(),
    })),
    "calendars": Each(CalendarForm(schema.CalendarSpec, {
        "days": Listed(choices=DAYS), "from": ClockForm(), "until": ClockForm(),
        "closed": Listed(choices=("bank_holidays", "christmas")),
    })),
    "stock": Each(OpeningForm()),
}  # fmt: skip
"""What each noun holds."""

RUN = Record(schema.Run, {
    "start": DateForm(), "length": Plain(Num("time", above=True)), "warm_up": Plain(time),
    "replications": Counted(1, 100_000), "seed": Counted(0, 2**63 - 1), "decision": MomentForm(),
    "most_waiting": Counted(1), "joint": Listed("stations"),
}, ("length",))  # fmt: skip
