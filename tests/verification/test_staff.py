"""Posts that empty and fill, slots and speed of a team by hand, and that no team does more work than it is paid for."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pytest

from sim import scenario, world
from sim.engine.workclock import WorkClock
from sim.log.tables import SPELL_TYPES, Log
from sim.scenario.schema import Scenario, Sourcing, Task
from tests.plain import plainly

HOUR = 1 / 24
STAFF = """
title: Staff of one office
demand: {{cases: {{times: [{times}]}}}}
doors: {{cases: desk}}
profiles: {{more: {{steps: {{2026-05-01: 1.5}}}}, half: {{steps: {{2026-04-02: 0.5}}}}}}
workforce: {{{roles}}}
staffing: {{{staffing}}}
teams: {{office: {{calendar: {calendar}{team}}}, others: {{workers: 1}}}}
stations:
  desk: {{kind: task, team: office, effort: {effort}, next: elsewhere}}
  elsewhere: {{kind: task, team: others, effort: 1 min, next: done}}
  done: {{kind: exit}}
run: {{start: 2026-04-01, length: {length}, replications: 1}}
"""


def staff(
    roles: str,
    staffing: str = "worker: office",
    times: str = "0 days",
    effort: str = "2 h",
    calendar: str = "office_hours",
    team: str = "",
    length: str = "30 days",
) -> str:
    return STAFF.format(
        roles=roles, staffing=staffing, times=times, effort=effort, calendar=calendar, team=team, length=length
    )


def level(run, thing: str) -> np.ndarray:
    """A level on each day of the run, from its start."""
    levels = run.log.levels
    of = levels["thing"] == run.log.code(thing)
    days = np.arange(int(run.log.horizon))
    return levels["value"][of][np.searchsorted(levels["time"][of], days, "right") - 1]


def in_post(run, role: str = "worker") -> np.ndarray:
    return level(run, f"role:{role}.in_post")


def served(run, station: str = "desk") -> list[tuple[float, float, float]]:
    """(joined, started, ended), in order of starting."""
    spells = run.spells(station)
    rows = zip(*(spells[name].tolist() for name in ("started", "joined", "ended")), strict=True)
    return [(joined, started, ended) for started, joined, ended in sorted(rows)]


def near(*rows: tuple[float, ...]) -> object:
    return [pytest.approx(row, abs=2e-6) for row in rows]


# posts


def test_a_share_of_the_posts_is_vacant_at_the_start(simulate) -> None:
    (run,) = simulate(staff("worker: {posts: 20, vacancy: 0.1, time_to_hire: 52 weeks}"), 1)
    assert in_post(run)[0] == 18


def test_a_fraction_of_a_vacancy_is_a_matter_of_luck(simulate) -> None:
    """Two and a half vacancies of ten posts: two or three, half of the time each."""
    runs = simulate(staff("worker: {posts: 10, vacancy: 0.25, time_to_hire: 520 weeks}", length="1 day"), 200)
    filled = Counter(in_post(run)[0] for run in runs)
    assert set(filled) == {7, 8}
    assert filled[8] == pytest.approx(100, abs=4 * np.sqrt(50))


def test_leavers_go_at_their_hazard(simulate) -> None:
    """Of 2000 posts that nobody fills again exp(-0.2 t) are left after t years."""
    text = staff("worker: {posts: 2000, leavers: 0.2/year, time_to_hire: 2000 weeks}", length="731 days")
    (run,) = simulate(text, 1)
    for day in (91, 365, 730):
        left = np.exp(-0.2 * day / 365)
        assert in_post(run)[day] == pytest.approx(2000 * left, abs=4 * np.sqrt(2000 * left * (1 - left)))


def test_a_vacancy_is_filled_after_the_time_to_hire(simulate) -> None:
    (run,) = simulate(staff("worker: {posts: 1, leavers: 4/year, time_to_hire: 30 days}", length="1500 days"), 1)
    steps = np.diff(in_post(run))
    left, came = np.flatnonzero(steps < 0), np.flatnonzero(steps > 0)
    assert len(came) >= 5
    assert (came - left[: len(came)]).tolist() == [30] * len(came)


def test_vacancies_hold_level_where_leavers_and_hires_balance(simulate) -> None:
    """0.2 a year x half a year / (1 + that) = 1/11 of 400 posts: about 36 vacancies, 80 leavers a year."""
    text = staff("worker: {posts: 440, vacancy: 0.0909, leavers: 0.2/year, time_to_hire: 26 weeks}", length="1095 days")
    (run,) = simulate(text, 1)
    assert in_post(run).mean() == pytest.approx(400, abs=12)


@pytest.mark.parametrize(("hires", "allowed"), [("2/month", {2}), ("1.5/month", {1, 2})])
def test_no_more_start_in_a_month_than_the_cap_allows(simulate, hires: str, allowed: set[int]) -> None:
    """Fifty vacant posts, all ready to be filled within the first week."""
    text = staff(f"worker: {{posts: 100, vacancy: 0.5, time_to_hire: 1 week, hires: {hires}}}", length="300 days")
    (run,) = simulate(text, 1)
    filled = in_post(run)
    by_month = Counter({4: int(filled[0] - 50)})
    for day in np.flatnonzero(np.diff(filled)) + 1:
        by_month[(date(2026, 4, 1) + timedelta(days=int(day))).month] += int(filled[day] - filled[day - 1])
    assert set(by_month.values()) == allowed
    assert len(by_month) == 10


def test_added_posts_start_vacant_and_are_filled_after_the_time_to_hire(simulate) -> None:
    """Ten posts, fifteen from 1 May (day 30): the five start on day 50."""
    text = staff("worker: {posts: {value: 10, profile: more}, time_to_hire: 20 days}", length="60 days")
    (run,) = simulate(text, 1)
    assert in_post(run).tolist() == [10] * 50 + [15] * 10


LUCK = "{posts: %d, leavers: 2/year, time_to_hire: 60 days}"


def test_another_role_does_not_touch_the_luck_of_a_post(simulate) -> None:
    (alone,) = simulate(staff(f"worker: {LUCK % 30}", length="700 days"), 1)
    both = staff(f"helper: {LUCK % 7}, worker: {LUCK % 30}", "helper: office, worker: office", length="700 days")
    (beside,) = simulate(both, 1)
    assert (in_post(alone) == in_post(beside)).all()
    assert in_post(alone).std() > 0


def test_another_post_does_not_touch_the_luck_of_the_others(simulate) -> None:
    """With one post more, one more person is in post, or nobody."""
    (thirty,) = simulate(staff(f"worker: {LUCK % 30}", length="700 days"), 1)
    (more,) = simulate(staff(f"worker: {LUCK % 31}", length="700 days"), 1)
    assert set((in_post(more) - in_post(thirty)).tolist()) == {0, 1}


# slots and speed

TWO_ROLES = (
    "worker: {posts: 5, leave: 0.14, sickness: 0.05, productive: 0.64},"
    " helper: {posts: 3, hours: 30 h/week, productive: 0.8}"
)
SHARED = "worker: {office: 0.5, others_too: rest}, helper: {office: 0.3, others_too: rest}"


def test_slots_are_whole_people(simulate) -> None:
    """5 x 0.5 + 3 x 0.3 = 3.4."""
    text = staff(TWO_ROLES, SHARED).replace("others: {workers: 1}", "others: {workers: 1}, others_too: {}")
    (run,) = simulate(text, 1)
    assert set(level(run, "team:office.slots")) == {3}


def test_the_fraction_of_a_person_goes_into_the_speed(simulate) -> None:
    """(5 x 0.5 x 37 x 0.86 x 0.95 x 0.64 + 3 x 0.3 x 30 x 0.8) / (3 x 40) = 69.9664 / 120 = 597.05 / 1024."""
    text = staff(TWO_ROLES, SHARED).replace("others: {workers: 1}", "others: {workers: 1}, others_too: {}")
    (run,) = simulate(text, 1)
    assert set(level(run, "team:office.speed")) == {597 / 1024}


def test_a_team_with_part_of_a_person_has_one_slot(simulate) -> None:
    """A quarter of 40 hours over an office week of 40."""
    text = staff("worker: {posts: 1, hours: 40 h/week}", "worker: {office: 0.25, others_too: rest}")
    (run,) = simulate(text.replace("others: {workers: 1}", "others: {workers: 1}, others_too: {}"), 1)
    assert set(level(run, "team:office.slots")) == {1}
    assert set(level(run, "team:office.speed")) == {0.25}


def test_two_hours_of_effort_take_four_at_half_speed(simulate) -> None:
    """Wednesday 1 April: from 9:00 to 13:00."""
    (run,) = simulate(staff("worker: {posts: 1, hours: 20 h/week}"), 1)
    assert served(run) == near((0, 9 * HOUR, 13 * HOUR))


def test_who_leaves_finishes_the_case_in_hand(simulate) -> None:
    """Two workers, one from 2 April: both cases of 12 hours go on. The third starts when neither is left.

    On that Thursday it has three hours, on the Tuesday after Easter eight, and one on the Wednesday.
    """
    text = staff("worker: {posts: {value: 2, profile: half}, hours: 40 h/week}", times="0 h, 10 h, 11 h", effort="12 h")
    (run,) = simulate(text, 1)
    assert set(level(run, "team:office.slots")[1:]) == {1}
    assert served(run) == near(
        (0, 9 * HOUR, 1 + 13 * HOUR),
        (10 * HOUR, 10 * HOUR, 1 + 14 * HOUR),
        (11 * HOUR, 1 + 14 * HOUR, 7 + 10 * HOUR),
    )


PULL = """
title: Staff lent to discharge work as delays mount
demand: {cases: {times: [0 days]}, patients: {times: [0 days, 0 days, 0 days, 0 days, 0 days, 0 days, 0 days]}}
doors: {cases: desk, patients: ward}
workforce:
  worker: {posts: 4, hours: 40 h/week}
  coordinator: {posts: 1, hours: 40 h/week}
staffing: {worker: office, coordinator: hub}
teams: {office: {calendar: office_hours}, hub: {calendar: office_hours}}
discharge_pull: {to: hub, full_at: 4, teams: {office: 0.5}}
pools: {ward_beds: {capacity: 7}, rehab_beds: {capacity: 1}}
stations:
  desk: {kind: task, team: office, effort: 2 h, next: home}
  ward:
    kind: stay
    pool: ward_beds
    length: 1.5 days
    keep_place: true
    sets: {route: discharge}
    next: {rehab: 0.999999, hub_work: rest}
  rehab: {kind: stay, pool: rehab_beds, length: 2 days, next: home}
  hub_work: {kind: task, team: hub, effort: 1 h, next: home}
  home: {kind: exit}
run: {start: 2026-04-01, length: 20 days, replications: 1}
"""


def test_staff_are_lent_at_midnight_by_the_number_ready(simulate) -> None:
    """Seven are ready on day 1.5; one goes at once, and one more every two days. Six or four of full_at 4: half of the
    speed is lent; three: 3/8, and then 2/8 and 1/8."""
    (run,) = simulate(PULL, 1)
    lent = [0, 0, 4, 4, 4, 4, 4, 4, 3, 3, 2, 2, 1, 1, 0, 0, 0, 0, 0, 0]
    assert level(run, "team:office.speed").tolist() == [1 - n / 8 for n in lent]


def test_what_one_team_lends_the_other_has(simulate) -> None:
    """An eighth of four workers is half of the one coordinator."""
    (run,) = simulate(PULL, 1)
    given = 4 * (1 - level(run, "team:office.speed"))
    assert (level(run, "team:hub.speed") == 1 + given).all()
    assert given.max() == 2


def test_slots_do_not_move_with_those_lent(simulate) -> None:
    (run,) = simulate(PULL, 1)
    assert set(level(run, "team:office.slots")) == {4}
    assert set(level(run, "team:hub.slots")) == {1}


KEPT = """
title: A team of both routes keeps for discharge cases what is lent elsewhere
demand:
  patients: {times: [0 days, 0 days, 0 days, 0 days, 0 days, 0 days, 0 days]}
  others: {times: [2.1 days, 2.2 days, 2.3 days, 2.4 days]}
doors: {patients: ward, others: desk}
workforce: {worker: {posts: 4, hours: 168 h/week}, coordinator: {posts: 1}}
staffing: {worker: office, coordinator: hub}
teams: {office: {calendar: always}, hub: {calendar: office_hours}}
discharge_pull: {to: hub, full_at: 4, teams: {office: 0.5}}
pools: {ward_beds: {capacity: 7}, rehab_beds: {capacity: 1}}
stations:
  desk: {kind: task, team: office, effort: 480 h, next: home}
  ward:
    kind: stay
    pool: ward_beds
    length: 1.5 days
    keep_place: true
    sets: {route: discharge}
    next: {rehab: 0.999998, desk: 0.000001, hub_work: rest}
  rehab: {kind: stay, pool: rehab_beds, length: 2 days, next: home}
  hub_work: {kind: task, team: hub, effort: 1 h, next: home}
  home: {kind: exit}
run: {length: 40 days, replications: 1}
"""


def test_a_team_of_both_routes_keeps_slots_for_discharge_cases(simulate) -> None:
    """Of four slots two are kept from day 2, as four and more are ready; one from day 8, as three are; none from day
    12, when one is."""
    (run,) = simulate(KEPT, 1)
    starts = run.spells("desk", "service", "open_service")["started"]
    assert sorted(starts.tolist()) == pytest.approx([2.1, 2.2, 8, 12], abs=2e-6)


RESERVED = """
title: Slots kept for the community
demand:
  discharges: {{times: [{discharges}], route: discharge}}
  others: {{times: [{others}]}}
doors: {{discharges: desk, others: desk}}
teams: {{office: {{workers: 4, reserved: {{community: {share}}}}}}}
stations:
  desk: {{kind: task, team: office, effort: 10 h, next: done}}
  done: {{kind: exit}}
run: {{length: 5 days, replications: 1}}
"""


def kept_for(share: float, discharges: str, others: str) -> str:
    return RESERVED.format(share=share, discharges=discharges, others=others)


def test_a_floor_keeps_its_slots_from_the_others(simulate) -> None:
    """Half of four: two of three discharges start, the third when one of them ends."""
    (run,) = simulate(kept_for(0.5, "0 h, 1 h, 2 h", "50 h"), 1)
    assert served(run)[:3] == near((0, 0, 10 * HOUR), (HOUR, HOUR, 11 * HOUR), (2 * HOUR, 10 * HOUR, 20 * HOUR))


def test_those_it_is_kept_for_start_at_once(simulate) -> None:
    (run,) = simulate(kept_for(0.5, "0 h, 1 h, 2 h", "3 h, 4 h"), 1)
    assert near((3 * HOUR, 3 * HOUR, 13 * HOUR), (4 * HOUR, 4 * HOUR, 14 * HOUR)) == served(run)[2:4]


def test_a_floor_that_is_filled_keeps_nothing_more(simulate) -> None:
    """Two of the community are there, so the discharges have the other two. When the first two end at 10:00 and 10:30
    their slots are kept again: the third discharge starts when one of its own kind ends, at 11:00."""
    (run,) = simulate(kept_for(0.5, "1 h, 2 h, 3 h", "0 h, 0.5 h"), 1)
    starts = [started for _, started, _ in served(run)]
    assert starts == pytest.approx([0, 0.5 * HOUR, HOUR, 2 * HOUR, 11 * HOUR], abs=2e-6)


def test_those_it_is_kept_for_may_have_the_rest_too(simulate) -> None:
    (run,) = simulate(kept_for(0.5, "90 h", "0 h, 1 h, 2 h, 3 h"), 1)
    assert [started for _, started, _ in served(run)][:4] == pytest.approx([0, HOUR, 2 * HOUR, 3 * HOUR], abs=2e-6)


def test_a_floor_is_a_whole_number_of_slots(simulate) -> None:
    """0.4 of four is one: three discharges start at once."""
    (run,) = simulate(kept_for(0.4, "0 h, 1 h, 2 h, 3 h", "50 h"), 1)
    assert [started for _, started, _ in served(run)][:4] == pytest.approx([0, HOUR, 2 * HOUR, 10 * HOUR], abs=2e-6)


# work done and paid for


@dataclass
class Worked:
    """One replication, and the effort of every case started, by team and time of starting."""

    scenario: Scenario
    log: Log
    efforts: dict[str, dict[float, list[float]]]

    def team(self, station: str) -> str | None:
        spec = self.scenario.stations.get(station)
        return spec.team if isinstance(spec, Task | Sourcing) else None

    def cases(self, team: str) -> list[tuple[float, float, float, bool]]:
        """(started, ended, effort, left before its end) of every case of a team that has ended."""
        spells = self.log.spells
        ours = [self.log.code(name) for name in self.scenario.stations if self.team(name) == team]
        kinds = [SPELL_TYPES.index("service"), SPELL_TYPES.index("renege")]
        of = np.isin(spells["station"], ours) & np.isin(spells["type"], kinds) & ~np.isnan(spells["started"])
        left = {start: sorted(efforts) for start, efforts in self.efforts[team].items()}
        order = np.lexsort((spells["ended"][of], spells["started"][of]))
        rows = zip(*(spells[name][of][order].tolist() for name in ("started", "ended", "type", "cause")), strict=True)
        return [
            (start, end, left[start].pop(0), bool(kind or cause)) for start, end, kind, cause in rows if left.get(start)
        ]

    def levels(self, thing: str) -> list[float]:
        """A level on each day from the beginning."""
        levels = self.log.levels
        of = levels["thing"] == self.log.code(thing)
        days = np.arange(int(self.log.begin), int(self.log.horizon))
        at = np.searchsorted(levels["time"][of], days, "right") - 1
        return np.where(at < 0, 0.0, levels["value"][of][np.maximum(at, 0)]).tolist()

    def clock(self, team: str) -> tuple[np.ndarray, np.ndarray]:
        """The time worked by one worker since the beginning, at each time it starts or stops running."""
        plan = world.compile(self.scenario)
        calendar = plan.teams[team].calendar
        times, work = [self.log.begin], [0.0]
        for i, speed in enumerate(self.levels(f"team:{team}.speed")):
            day = int(self.log.begin) + i
            opens, closes = calendar.open_on(day) or (day, day)
            times += [opens, closes]
            work += [work[-1], work[-1] + speed * (closes - opens)]
        return np.array([*times, self.log.horizon]), np.array([*work, work[-1]])

    def slots(self, team: str, time: float) -> float:
        """Slots at a time."""
        return self.levels(f"team:{team}.slots")[int(time - self.log.begin)]


def worked(name: str, *sets: str) -> Worked:
    """Run a scenario and note each effort as it goes to a team's clock."""
    noted: dict[int, dict[float, list[float]]] = defaultdict(dict)
    asked = WorkClock.ends

    def ends(self: WorkClock, effort: float) -> float | None:
        noted[self._prio].setdefault(self._rounds.now, []).append(effort)
        return asked(self, effort)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WorkClock, "ends", ends)
        loaded = scenario.load(name, sets)
        place = world.world.World(world.compile(loaded), 1, 0)
        log = place.run()
    return Worked(loaded, log, {team.name: noted[team.clock._prio] for team in place.teams.values()})


SMALL = """
title: A small office that people leave and join
demand: {cases: {rate: 4.4/day}}
doors: {cases: desk}
workforce:
  worker: {posts: 9, leavers: 3/year, time_to_hire: 40 days, hours: 33 h/week, productive: 0.9}
staffing: {worker: {office: 0.73, reading_room: rest}}
teams: {office: {calendar: office_hours}, reading_room: {calendar: extended_week}}
stations:
  desk: {kind: task, team: office, effort: {dist: gamma, mean: 6 h, sd: 5 h}, next: {reading: 0.4, done: rest}}
  reading: {kind: task, team: reading_room, effort: {dist: lognormal, mean: 5 h, sd: 5 h}, next: done}
  done: {kind: exit}
run: {start: 2026-04-01, length: 400 days, replications: 1}
"""


@pytest.fixture(scope="module", params=["a small office", "the shipped place"])
def office(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Worked:
    """A small office for a year, and the shipped place for two months."""
    if request.param == "the shipped place":
        return plainly(worked, "baseline", "run.length=40 days", "run.warm_up=30 days")
    path = tmp_path_factory.mktemp("office") / "office.yaml"
    path.write_text(SMALL)
    return plainly(worked, str(path))


def by_effort(office: Worked) -> list[str]:
    """Teams whose cases each hold a worker."""
    cases = {s.team for s in office.scenario.stations.values() if isinstance(s, Task) and s.caseload is not None}
    return [team for team in office.scenario.teams if team not in cases]


def test_a_case_ends_when_its_effort_has_been_worked(office: Worked) -> None:
    """In working time at the speed of each day, to a tick; where elapsed time or a search may follow, not before."""
    checked = 0
    for team in by_effort(office):
        follows = any(
            isinstance(s, Sourcing) or s.elapsed is not None
            for name, s in office.scenario.stations.items()
            if office.team(name) == team and isinstance(s, Task | Sourcing)
        )
        times, work = office.clock(team)
        for start, end, effort, left in office.cases(team):
            done = np.interp(end, times, work) - np.interp(start, times, work)
            assert left or done >= effort - 1e-9
            assert follows or done == pytest.approx(effort, abs=3e-6)
            checked += 1
    assert checked > 1000


def use(office: Worked, team: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(from, until, effort) of every case in hand of a team by effort, until its effort has been worked."""
    times, work = office.clock(team)
    inside = work + np.arange(len(work)) * 1e-12
    cases = office.cases(team)
    since = np.array([start for start, *_ in cases])
    effort = np.array([effort for _, _, effort, _ in cases])
    until = np.interp(np.interp(since, times, inside) + effort, inside, times)
    return since, np.minimum(until, [end for _, end, _, _ in cases]), effort


def test_delivered_effort_never_exceeds_paid_time(office: Worked) -> None:
    """Paid for: the slots, or the cases in hand where these are more, times the speed while open."""
    for team in by_effort(office):
        times, work = office.clock(team)
        since, until, effort = use(office, team)
        slots = np.array(office.levels(f"team:{team}.slots"))
        cuts = np.unique(np.concatenate([times, since, until, np.arange(office.log.begin, office.log.horizon)]))
        middle = (cuts[1:] + cuts[:-1]) / 2
        here = np.searchsorted(np.sort(since), middle, "right") - np.searchsorted(np.sort(until), middle, "right")
        paid = np.maximum(here, slots[(middle - office.log.begin).astype(int)]) * np.diff(np.interp(cuts, times, work))
        assert 0 < effort.sum() <= paid.sum() + 1e-6, team


def test_nobody_starts_while_as_many_are_in_hand_as_there_are_people(office: Worked) -> None:
    for team in by_effort(office):
        since, until, _ = use(office, team)
        for time in since:
            assert ((since <= time) & (until > time + 1e-6)).sum() <= office.slots(team, time), (team, time)


def test_allocated_cases_never_have_more_work_than_the_workers_have_time(office: Worked) -> None:
    """Workers are slots by caseload; whoever has several cases does not work longer for it."""
    for name, spec in office.scenario.stations.items():
        if isinstance(spec, Task) and spec.caseload is not None:
            assert spec.team is not None
            calendar = world.compile(office.scenario).teams[spec.team].calendar
            slots, speed = (office.levels(f"team:{spec.team}.{what}") for what in ("slots", "speed"))
            first = int(office.log.begin)
            spans = [calendar.open_on(first + i) or (0.0, 0.0) for i in range(len(slots))]
            paid = sum(
                n / spec.caseload.value * s * (closes - opens)
                for n, s, (opens, closes) in zip(slots, speed, spans, strict=True)
            )
            assert 0 < sum(effort for _, _, effort, _ in office.cases(spec.team)) <= paid, name


def test_every_speed_is_a_multiple_of_a_1024th(office: Worked) -> None:
    for team in office.scenario.teams:
        speeds = np.array(office.levels(f"team:{team}.speed"))
        assert (speeds * 1024 == np.round(speeds * 1024)).all()
        assert speeds.max() > 0
