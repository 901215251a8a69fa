"""Side trips by hand: illness while delayed, packages kept, held and handed back, walk-ins. Times are in days."""

from __future__ import annotations

import numpy as np
import pytest

SOON = 2e-5
"""A few ticks: offers come ten million times a day."""


def of(run, station: str, types: tuple[str, ...], class_: str | None) -> dict[str, np.ndarray]:
    """Spells of some types at a station, of one class if said; an open end is the horizon."""
    spells = run.spells(station, *types)
    kept = spells["class"] == run.log.code(class_) if class_ else np.ones(len(spells["class"]), bool)
    return {name: np.nan_to_num(column[kept], nan=run.log.horizon) for name, column in spells.items()}


def rows(run, station: str, *types: str, class_: str | None = None) -> list[tuple[float, float, float]]:
    """(joined, started, ended) of spells, services unless said, in order of joining."""
    spells = of(run, station, types, class_)
    return sorted(zip(*(spells[name].tolist() for name in ("joined", "started", "ended")), strict=True))


def away(run, station: str, class_: str | None = None) -> list[tuple[float, float, str]]:
    """(from, until, reason) of each time a package, or a place, was held while its person was elsewhere."""
    spells = of(run, station, ("held",), class_)
    times = zip(spells["started"].tolist(), spells["ended"].tolist(), spells["reason"].tolist(), strict=True)
    return sorted((since, until, run.log.name(reason)) for since, until, reason in times)


def starts(run, station: str, class_: str) -> list[float]:
    """When people of a class started somewhere."""
    return sorted(of(run, station, ("service", "open_service"), class_)["started"].tolist())


def close(*values: object) -> object:
    return [pytest.approx(value, abs=SOON) if not isinstance(value, str) else value for value in values]


ILLNESS = """
title: New illness while delayed
demand: {{blocker: {{times: [0 days]}}, patient: {{times: [{at}]}}, other: {{times: [1 day]}}}}
doors: {{blocker: rehab, patient: {door}, other: ward}}
pools: {{ward_beds: {{capacity: 1}}, rehab_beds: {{capacity: 1}}}}
events: {{delayed: {{new_illness: {{after: 3 days, restart: ward}}}}}}
stations:
  ward: {{kind: stay, pool: ward_beds, length: 2 days, keep_place: true, next: rehab}}
  rehab: {{kind: stay, pool: rehab_beds, length: 9 days, waiting: delayed, next: out}}
  out: {{kind: exit}}
run: {{length: 40 days, replications: 1}}
"""


def test_the_stay_begins_again_in_the_place_kept(simulate) -> None:
    """Ready on day 2, ill again on day 5, ready on day 7; rehabilitation is free on day 9."""
    (run,) = simulate(ILLNESS.format(at="0 days", door="ward"), 1)
    assert rows(run, "ward", class_="patient") == [(0, 0, 2), (5, 5, 7)]
    assert rows(run, "rehab", class_="patient") == [(7, 9, 18)]


def test_the_clock_of_delay_starts_again_with_the_stay(simulate) -> None:
    """The second illness would have come on day 8, had the clock gone on."""
    (run,) = simulate(ILLNESS.format(at="0 days", door="ward"), 1)
    assert away(run, "ward", class_="patient") == [(2, 5, "rehab"), (7, 9, "rehab")]


def test_the_wait_given_up_for_a_new_illness_is_written_as_such(simulate) -> None:
    (run,) = simulate(ILLNESS.format(at="0 days", door="ward"), 1)
    waits = run.spells("rehab", "renege")
    patient = waits["class"] == run.log.code("patient")
    assert (waits["joined"][patient].tolist(), waits["ended"][patient].tolist()) == ([2], [5])
    assert run.log.name(waits["to"][patient][0]) == "ward"


def test_nobody_has_the_bed_between_two_illnesses(simulate) -> None:
    (run,) = simulate(ILLNESS.format(at="0 days", door="ward"), 1)
    assert rows(run, "ward", class_="other")[0] == (1, 9, 11)


def test_who_holds_no_place_queues_for_the_ward(simulate) -> None:
    """Ill on day 3.5 after waiting at home; the one bed is kept by another, ill again on day 6, until day 9."""
    (run,) = simulate(ILLNESS.format(at="0.5 days", door="rehab"), 1)
    assert rows(run, "ward", class_="other")[:2] == [(1, 1, 3), (6, 6, 8)]
    assert rows(run, "ward", class_="patient")[0] == (3.5, 9, 11)


FALL = """
title: A package, a fall, and another who wants the hours
demand: {{client: {{times: [0 days]}}, rival: {{times: [1 day]}}, too_late: {{times: [90 days]}}}}
doors: {{client: {door}, rival: home_care, too_late: {anywhere}}}
market: {{care: {{hours: 10 h/week, providers: 1{market}}}}}
teams: {{nobody: {{workers: 0, calendar: always}}}}
events:
  client: {{{events}}}
  rival: {{}}
  on_trip: {{{on_trip}}}
stations:
  looking: {{kind: sourcing, market: care, offers: 10000000/day, next: home_care}}
  home_care:
    kind: package
    market: care
    amount: 10 h/week
    while_here: {{by: class, client: client, otherwise: rival}}
  hospital: {{kind: stay, length: 4 days, while_here: on_trip, next: {{by: package, held: return, otherwise: lost}}}}
  rehab: {{kind: stay, length: 8 days, next: {{by: package, held: return, otherwise: lost}}}}
  review: {{kind: task, team: nobody, effort: 1 h, waiting: on_trip, next: return}}
  visit: {{kind: stay, length: 2 days, next: return}}
  lost: {{kind: exit}}
run: {{length: 50 days, replications: 1}}
"""


ANYWHERE = "{looking: 0.2, hospital: 0.2, rehab: 0.2, review: 0.1, visit: 0.1, lost: rest}"


def client(events: str, on_trip: str = "", door: str = "home_care", market: str = "") -> str:
    """What happens to a client; the door of those who come too late leads to every station, as each must be reached."""
    return FALL.format(events=events, on_trip=on_trip, door=door, market=market, anywhere=ANYWHERE)


def fall(package: str, more: str = "", to: str = "hospital", **others: str) -> str:
    """A fall on day 10, four days in hospital; ``package`` is what becomes of the package."""
    return client(f"falls: {{after: 10 days, to: {to}, package: {package}}}{more}", **others)


def test_a_package_kept_is_there_on_return(simulate) -> None:
    (run,) = simulate(fall("keep"), 1)
    assert rows(run, "home_care", "service", "open_service") == [(0, 0, 10), (14, 14, 50)]
    assert away(run, "home_care") == [(10, 14, "kept")]


def test_nobody_else_has_the_hours_of_a_package_kept(simulate) -> None:
    (run,) = simulate(fall("keep"), 1)
    assert starts(run, "home_care", "rival") == []
    assert run.count("home_care", "open_wait") == 1


def test_a_package_held_is_there_when_the_stay_is_shorter(simulate) -> None:
    (run,) = simulate(fall("{hold: 6 days}"), 1)
    assert rows(run, "home_care", "service", "open_service") == [(0, 0, 10), (14, 14, 50)]
    assert away(run, "home_care") == [(10, 14, "hold")]
    assert starts(run, "home_care", "rival") == []


def test_hours_are_back_with_the_provider_when_the_hold_runs_out(simulate) -> None:
    (run,) = simulate(fall("{hold: 3 days}"), 1)
    assert away(run, "home_care") == [(10, 13, "hold")]
    assert starts(run, "home_care", "rival") == [13]


def test_a_hold_that_runs_out_as_the_stay_ends_is_long_enough(simulate) -> None:
    """Ends come before limits at one instant."""
    (run,) = simulate(fall("{hold: 4 days}"), 1)
    assert rows(run, "home_care", "service", "open_service") == [(0, 0, 10), (14, 14, 50)]


def test_who_lost_the_package_takes_the_other_row(simulate) -> None:
    (run,) = simulate(fall("{hold: 3 days}"), 1)
    assert rows(run, "lost") == [(14, 14, 14)]


def test_a_package_ended_frees_its_hours_at_once(simulate) -> None:
    (run,) = simulate(fall("end"), 1)
    assert away(run, "home_care") == []
    assert starts(run, "home_care", "rival") == [10]


def test_a_hold_that_was_not_needed_does_not_end_the_package_later(simulate) -> None:
    """The hold of day 10 would have run out on day 16."""
    (run,) = simulate(fall("{hold: 6 days}"), 1)
    assert rows(run, "home_care", "open_service")[0] == (14, 14, 50)


@pytest.mark.parametrize(("day", "until"), [(5, 14), (12, 13)])
def test_a_hold_is_as_long_as_on_the_day_it_begins(simulate, tmp_path, day: int, until: int) -> None:
    """Six days in place of three: from before the fall on day 10, or after it."""
    (tmp_path / "place.yaml").write_text(fall("{hold: 3 days}"))
    change = f"{{value: 6 days, when: {{from: day {day}}}}}"
    (run,) = simulate(f"title: it\nbase: [./place.yaml]\nchanges: {{events.client.falls.package.hold: {change}}}\n", 1)
    assert away(run, "home_care") == [(10, until, "hold")]


def test_a_second_hold_counts_from_the_second_trip(simulate) -> None:
    """Back on day 14 from the first; eight days from day 20, of which the package is held for six."""
    second = ", breaks: {after: 20 days, to: rehab, package: {hold: 6 days}}"
    (run,) = simulate(fall("{hold: 6 days}", more=second), 1)
    assert away(run, "home_care") == [(10, 14, "hold"), (20, 26, "hold")]
    assert starts(run, "home_care", "rival") == [26]
    assert rows(run, "lost") == [(28, 28, 28)]


def test_a_hold_goes_on_through_the_next_step_of_the_trip(simulate) -> None:
    """Moved on after a day without another word about the package: the hold still runs out on day 13."""
    (run,) = simulate(fall("{hold: 3 days}", on_trip="moves: {after: 1 day, to: rehab}"), 1)
    assert away(run, "home_care") == [(10, 13, "hold")]


def test_a_package_first_held_and_then_kept_is_there_on_return(simulate) -> None:
    """Held for three days from day 10, kept from day 11, back from rehabilitation on day 19."""
    (run,) = simulate(fall("{hold: 3 days}", on_trip="moves: {after: 1 day, to: rehab, package: keep}"), 1)
    assert away(run, "home_care") == [(10, 11, "hold"), (11, 19, "kept")]
    assert starts(run, "home_care", "rival") == []


def test_a_package_first_kept_and_then_held_is_held_from_then(simulate) -> None:
    """Waits for a review with the package kept; in rehabilitation from day 12, where it is held for three days."""
    trip = "falls: {after: 2 days, to: rehab, package: {hold: 3 days}}"
    (run,) = simulate(fall("keep", on_trip=trip, to="review"), 1)
    assert away(run, "home_care") == [(10, 12, "kept"), (12, 15, "hold")]
    assert starts(run, "home_care", "rival") == [15]


def test_who_returns_to_a_package_of_their_own_has_the_same_hours(simulate) -> None:
    (run,) = simulate(fall("keep", to="visit"), 1)
    spells = run.spells("home_care", "service", "open_service", "held")
    client = spells["class"] == run.log.code("client")
    assert spells["amount"][client].tolist() == [10, 10, 10]
    assert len(set(spells["pool"][client].tolist())) == 1


def test_an_outcome_based_package_outlasts_any_hold(simulate) -> None:
    (run,) = simulate(fall("{hold: 3 days}", door="looking", market=", outcome_based: 1.0"), 1)
    (first, second) = away(run, "home_care")[0][:2]
    assert (first, second) == (pytest.approx(10, abs=SOON), pytest.approx(14, abs=SOON))
    assert starts(run, "home_care", "rival") == []


def test_a_package_by_time_and_task_does_not(simulate) -> None:
    (run,) = simulate(fall("{hold: 3 days}", door="looking"), 1)
    assert starts(run, "home_care", "rival") == close(13)


REVIEWS = "review_due: {after: 10 days, repeats: true, to: visit, package: keep}"


def test_reviews_come_at_their_time_from_the_start_of_the_package(simulate) -> None:
    """Two days each: the time of the review itself does not put the next one off."""
    (run,) = simulate(client(REVIEWS), 1)
    assert rows(run, "visit") == [(10, 10, 12), (20, 20, 22), (30, 30, 32), (40, 40, 42)]


def test_a_hospital_trip_does_not_put_a_review_off(simulate) -> None:
    """In hospital from day 14 to day 18."""
    (run,) = simulate(client(f"falls: {{after: 14 days, to: hospital, package: {{hold: 6 days}}}}, {REVIEWS}"), 1)
    assert [joined for joined, _, _ in rows(run, "visit")] == [10, 20, 30, 40]


def test_a_review_that_falls_due_in_hospital_is_done_on_return(simulate) -> None:
    """In hospital from day 8 to day 12, a review due on day 10."""
    (run,) = simulate(client(f"falls: {{after: 8 days, to: hospital, package: {{hold: 6 days}}}}, {REVIEWS}"), 1)
    assert rows(run, "visit")[0] == (12, 12, 14)


BACK = """
title: Packages handed back
demand: {{people: {{times: [{times}]}}, too_late: {{times: [900 days]}}}}
doors: {{people: home_care, too_late: {{looking: 0.5, review: rest}}}}
market: {{care: {{hours: 10000 h/week, providers: 3, hand_backs: {rate}}}}}
teams: {{nobody: {{workers: 0, calendar: always}}}}
events: {{at_home: {{review_due: {{after: 1 day, to: review, package: keep}}}}, never: {{}}}}
stations:
  looking: {{kind: sourcing, market: care, offers: 5/day, next: home_care}}
  home_care: {{kind: package, market: care, amount: 10 h/week, while_here: {events}, next: gone}}
  review: {{kind: task, team: nobody, effort: 1 h, next: return}}
  gone: {{kind: exit}}
run: {{length: {length}, replications: 1}}
"""


def test_hand_backs_come_at_their_rate(simulate) -> None:
    """Sixty people for a year at 0.1 a day: gaps of ten days on average."""
    (run,) = simulate(
        BACK.format(times=", ".join(["0 days"] * 60), rate="0.1/day", events="never", length="365 days"), 1
    )
    exposed = float(run.present("home_care")) * run.log.horizon
    back = run.count("home_care")
    assert back == pytest.approx(0.1 * exposed, abs=4 * np.sqrt(0.1 * exposed))


def test_a_package_handed_back_is_looked_for_again(simulate) -> None:
    (run,) = simulate(
        BACK.format(times=", ".join(["0 days"] * 20), rate="0.1/day", events="never", length="90 days"), 1
    )
    left = run.spells("home_care")
    assert {run.log.name(code) for code in left["to"]} == {"looking"}
    assert {run.log.name(code) for code in left["cause"]} == {"care:home_care.hand_back"}
    assert sorted(run.spells("looking", "service", "open_service")["joined"]) == sorted(left["ended"])


def test_a_package_handed_back_during_a_wait_ends_there(simulate) -> None:
    """They wait for a review that nobody does; the hours go back when the provider says so."""
    (run,) = simulate(
        BACK.format(times=", ".join(["0 days"] * 20), rate="0.5/day", events="at_home", length="20 days"), 1
    )
    waits = run.spells("review", "renege")
    assert len(waits["ended"]) >= 20
    assert {run.log.name(code) for code in waits["to"]} == {"looking"}
    assert sorted(waits["ended"]) == sorted(run.spells("home_care", "held")["ended"])


NEED = """
title: A package that grows with need
demand: {client: {times: [0 days]}, rival: {times: [12 days]}}
doors: {client: home_care, rival: home_care}
people: {need: {order: [low, high], low: 1.0, high: 0.0}}
market: {care: {hours: 12 h/week, providers: 1}}
events: {client: {outgrown: {after: 10 days, need: {change: 1}, to: looking, package: keep}}, rival: {}}
stations:
  looking: {kind: sourcing, market: care, offers: 10000000/day, next: home_care}
  home_care:
    kind: package
    market: care
    amount: {by: class, rival: 5 h/week, otherwise: {by: need, low: 4 h/week, high: 7 h/week}}
    while_here: {by: class, client: client, rival: rival}
    next: gone
  gone: {kind: exit}
run: {length: 30 days, replications: 1}
"""


def test_a_package_for_a_bigger_need_replaces_the_one_held(simulate) -> None:
    (run,) = simulate(NEED, 1)
    spells = run.spells("home_care", "service", "open_service")
    client = spells["class"] == run.log.code("client")
    assert spells["amount"][client].tolist() == [4, 7]
    assert starts(run, "home_care", "client") == close(0, 10)


def test_the_hours_of_the_smaller_package_are_free_again(simulate) -> None:
    """Of 12 hours 7 are in use: 5 are left for the one who comes on day 12."""
    (run,) = simulate(NEED, 1)
    assert starts(run, "home_care", "rival") == [12]


WALK_INS = """
title: Packages reached without sourcing
demand: {{{streams}}}
doors: {{{doors}}}
market: {{care: {{hours: 10 h/week, providers: 1}}}}
events: {{limit: {{enough: {{after: 3 days, to: gone}}}}, none: {{}}}}
stations:
  home_care:
    kind: package
    market: care
    amount: {{by: class, {amounts}}}
    length: 5 days
    waiting: {waiting}
    next: gone
  gone: {{kind: exit}}
run: {{length: 40 days, replications: 1}}
"""


def walk_ins(**people: tuple[int, int]) -> str:
    """Each one's day of arrival and weekly hours."""
    return WALK_INS.format(
        waiting="{by: class, impatient: limit, otherwise: none}" if "impatient" in people else "none",
        streams=", ".join(f"{name}: {{times: [{day} days]}}" for name, (day, _) in people.items()),
        doors=", ".join(f"{name}: home_care" for name in people),
        amounts=", ".join(f"{name}: {hours} h/week" for name, (_, hours) in people.items()),
    )


def test_who_comes_unannounced_starts_where_there_is_room(simulate) -> None:
    (run,) = simulate(walk_ins(first=(0, 6), impatient=(1, 4)), 1)
    assert rows(run, "home_care") == [(0, 0, 5), (1, 1, 6)]


def test_who_comes_unannounced_queues_in_order(simulate) -> None:
    """Nobody passes the third, who needs all the hours."""
    (run,) = simulate(walk_ins(first=(0, 10), second=(1, 6), third=(2, 10), fourth=(3, 4)), 1)
    assert rows(run, "home_care") == [(0, 0, 5), (1, 5, 10), (2, 10, 15), (3, 15, 20)]


def test_who_gives_up_at_the_head_lets_the_next_start(simulate) -> None:
    (run,) = simulate(walk_ins(first=(0, 6), impatient=(1, 10), third=(2, 4)), 1)
    assert rows(run, "home_care") == [(0, 0, 5), (2, 4, 9)]
    assert rows(run, "home_care", "renege")[0][::2] == (1, 4)
