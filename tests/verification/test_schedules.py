"""Schedules that can be checked by hand, from YAML through the engine to the log. Times are in days from the start."""

from __future__ import annotations

import numpy as np
import pytest

HOUR = 1 / 24


def ends(run, station: str) -> list[tuple[float, float, float]]:
    """(joined, started, ended) of each service, in order of joining."""
    spells = run.spells(station)
    rows = zip(*(spells[name].tolist() for name in ("joined", "started", "ended")), strict=True)
    return sorted(rows)


def kept(run, station: str) -> list[tuple[float, float]]:
    """(from, to) of each place that was kept for a while."""
    spells = run.spells(station, "held")
    rows = zip(spells["started"].tolist(), spells["ended"].tolist(), strict=True)
    return sorted(row for row in rows if row[0] < row[1])


def near(*rows: tuple[float, ...]) -> object:
    return [pytest.approx(row, abs=2e-6) for row in rows]


OFFICE = """
title: One worker in an office
demand: {{cases: {{times: [{times}]}}}}
doors: {{cases: desk}}
teams: {{staff: {{workers: {workers}, calendar: {calendar}}}}}
stations:
  desk: {{kind: task, team: staff, effort: {effort}{more}, next: done}}
  done: {{kind: exit}}
run: {{start: 2026-04-01, length: 30 days, replications: 1}}
"""


def office(times: str, effort: str, more: str = "", workers: int = 1, calendar: str = "office_hours") -> str:
    return OFFICE.format(times=times, effort=effort, more=more, workers=workers, calendar=calendar)


def test_work_stops_at_closing_and_goes_on_at_the_next_opening(simulate) -> None:
    """Wednesday 1 April, 16:00: one hour that day, four the next from 9:00."""
    (run,) = simulate(office("16 h", "5 h"), 1)
    assert ends(run, "desk") == near((16 * HOUR, 16 * HOUR, 1 + 13 * HOUR))


def test_no_work_is_done_over_easter(simulate) -> None:
    """Thursday 2 April 2026, 12:00: five hours before Good Friday, five on the Tuesday after Easter Monday."""
    (run,) = simulate(office("36 h", "10 h"), 1)
    assert ends(run, "desk") == near((1.5, 1.5, 6 + 14 * HOUR))


def test_who_comes_when_it_is_closed_starts_when_it_opens(simulate) -> None:
    (run,) = simulate(office("20 h, 30 h", "2 h"), 1)
    assert ends(run, "desk") == near(
        (20 * HOUR, 1 + 9 * HOUR, 1 + 11 * HOUR), (30 * HOUR, 1 + 11 * HOUR, 1 + 13 * HOUR)
    )


def test_a_slot_is_kept_overnight_by_the_case_in_hand(simulate) -> None:
    (run,) = simulate(office("15 h, 15 h", "4 h"), 1)
    assert ends(run, "desk")[1] == pytest.approx((15 * HOUR, 1 + 11 * HOUR, 1 + 15 * HOUR), abs=2e-6)


def test_elapsed_time_outlasts_effort_and_holds_nobody(simulate) -> None:
    (run,) = simulate(office("0 days, 0 days", "6 h", ", elapsed: 3 days", calendar="always"), 1)
    assert ends(run, "desk") == near((0, 0, 3), (0, 0.25, 3.25))


def test_elapsed_time_shorter_than_the_effort_changes_nothing(simulate) -> None:
    (run,) = simulate(office("0 days", "36 h", ", elapsed: 1 day", calendar="always"), 1)
    assert ends(run, "desk") == near((0, 0, 1.5))


def test_allocated_cases_share_the_worker_equally(simulate) -> None:
    """Caseload 2: efforts of 6 h side by side take 12 h; the third waits for a slot and then has company again."""
    (run,) = simulate(office("0 days, 0 days, 1 h, 1 h", "6 h", ", caseload: 2", calendar="always"), 1)
    assert ends(run, "desk") == near((0, 0, 0.5), (0, 0, 0.5), (HOUR, 0.5, 1), (HOUR, 0.5, 1))


def test_no_case_is_worked_faster_than_by_one_worker(simulate) -> None:
    (run,) = simulate(office("0 days, 3 h", "6 h", ", caseload: 2", workers=3, calendar="always"), 1)
    assert ends(run, "desk") == near((0, 0, 0.25), (3 * HOUR, 3 * HOUR, 9 * HOUR))


def test_a_case_left_alone_has_the_whole_worker(simulate) -> None:
    """Alone for 2 h, side by side until the first is done at 10 h, then alone for its last 2 h."""
    (run,) = simulate(office("0 days, 2 h", "6 h", ", caseload: 2", calendar="always"), 1)
    assert ends(run, "desk") == near((0, 0, 10 * HOUR), (2 * HOUR, 2 * HOUR, 12 * HOUR))


WARD = """
title: A ward and what follows
demand: {{patients: {{times: [{times}]}}}}
doors: {{patients: ward}}
pools: {{ward_beds: {{capacity: {beds}}}, rehab_beds: {{capacity: 1}}}}
events: {{delayed: {{{events}}}}}
stations:
  ward: {{kind: stay, pool: ward_beds, length: 2 days, keep_place: {keep}, next: rehab}}
  rehab: {{kind: stay, pool: rehab_beds, length: 5 days, waiting: delayed, next: home}}
  home: {{kind: exit}}
{elsewhere}run: {{length: 60 days, replications: 1}}
"""


def ward(times: str, beds: int = 2, keep: str = "true", events: str = "") -> str:
    elsewhere = "  elsewhere: {kind: exit}\n" if "elsewhere" in events else ""
    return WARD.format(times=times, beds=beds, keep=keep, events=events, elsewhere=elsewhere)


def test_a_kept_bed_is_held_until_the_next_place_starts(simulate) -> None:
    """The first leaves the ward on day 2; the second is ready on day 3 and waits in the bed until day 7."""
    (run,) = simulate(ward("0 days, 1 day, 2.5 days"), 1)
    assert ends(run, "ward") == near((0, 0, 2), (1, 1, 3), (2.5, 2.5, 4.5))
    assert ends(run, "rehab") == near((2, 2, 7), (3, 7, 12), (4.5, 12, 17))
    assert kept(run, "ward") == [(3, 7), (4.5, 12)]
    assert {run.log.name(code) for code in run.spells("ward", "held")["reason"]} == {"rehab"}


def test_kept_beds_keep_others_out_of_the_ward(simulate) -> None:
    (run,) = simulate(ward("0 days, 1 day, 1.5 days", beds=1), 1)
    assert ends(run, "ward") == near((0, 0, 2), (1, 2, 4), (1.5, 7, 9))


def test_a_bed_that_is_not_kept_is_free_at_once(simulate) -> None:
    (run,) = simulate(ward("0 days, 1 day, 1.5 days", beds=1, keep="false"), 1)
    assert ends(run, "ward") == near((0, 0, 2), (1, 2, 4), (1.5, 4, 6))
    assert ends(run, "rehab") == near((2, 2, 7), (4, 7, 12), (6, 12, 17))


def test_a_limit_on_the_wait_leads_elsewhere_and_frees_the_bed(simulate) -> None:
    (run,) = simulate(ward("0 days, 1 day", events="enough: {after: 3 days, to: elsewhere}"), 1)
    assert ends(run, "rehab") == near((2, 2, 7))
    gone = run.spells("rehab", "renege")
    assert (gone["joined"].tolist(), gone["ended"].tolist()) == ([3], [6])
    assert run.log.name(gone["cause"][0]).endswith("enough")
    assert kept(run, "ward") == [(3, 6)]


def test_a_limit_belongs_to_its_own_wait(simulate) -> None:
    """Whoever starts after a day is not disturbed by the limit of the wait that is over."""
    (run,) = simulate(ward("0 days, 4 days", events="enough: {after: 2 days, to: elsewhere}"), 1)
    assert ends(run, "rehab") == near((2, 2, 7), (6, 7, 12))
    assert run.count("rehab", "renege") == 0


def test_those_still_there_at_the_end_are_written_as_open(simulate) -> None:
    (run,) = simulate(ward("56 days, 57 days, 59 days"), 1)
    assert run.count("rehab", "open_service") == 1
    assert run.count("rehab", "open_wait") == 1
    assert run.count("ward", "open_service") == 1
    assert run.count("ward", "open_held") == 1
    everyone = np.concatenate([run.spells(s, "open_service", "open_wait")["person"] for s in ("ward", "rehab")])
    assert len(set(everyone.tolist())) == 3


HOURS = """
title: Weekly hours that fall
demand: {people: {times: [0 days, 1 day]}}
doors: {people: reablement}
pools: {hours: {capacity: 20 h/week}}
stations:
  reablement:
    kind: stay
    pool: hours
    amount: {start: 12 h/week, end: 4 h/week}
    length: 35 days
    next: home
  home: {kind: exit}
run: {length: 60 days, replications: 1}
"""


def test_hours_given_back_week_by_week_let_the_next_one_start(simulate) -> None:
    """12, 10, 8, 6 and 4 hours over five weeks: 12 are free of 20 from day 14."""
    (run,) = simulate(HOURS, 1)
    assert ends(run, "reablement") == near((0, 0, 35), (1, 14, 49))
