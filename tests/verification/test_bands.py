"""Visit bands: free hours are no use at a time of day when nobody has any. Schedules worked out by hand."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from sim import scenario, world
from sim.scenario.loads import offered
from sim.world.world import World

CARE = """
title: Rounds with a time of day
people: {{need: {{order: [low, high], by: class, few: {{low: 1}}, many: {{high: 1}}}}}}
demand: {{few: {{times: [{few}]}}, many: {{times: [{many}]}}}}
doors: {{few: {door}, many: {door}}}
market: {{care: {{{size}, providers: {providers}{market}}}}}
events:
  on_care:
    over: {{after: {length}, to: gone}}
    much_later: {{after: 9000 days, to: find}}
    never: {{after: 9000 days, to: review, package: keep}}
    {events}
stations:
  find: {{kind: sourcing, market: care, offers: 10000000/day, next: care}}
  care: {{kind: package, market: care, {amount}while_here: on_care}}
  review: {{kind: task, effort: 1 day, adjusts: {{up: 1, down: 1}}, next: return}}
  gone: {{kind: exit}}
run: {{length: 60 days, replications: 1}}
"""
BANDS = ", bands: {breakfast: 0.5, bed: 0.5}, visits: {by: need, low: breakfast, high: [breakfast, bed]}"
SOON = 2e-5


def place(**given: str) -> str:
    """One provider of 20 hours: ten at breakfast, ten at bed; a package is of eight."""
    usual = {"few": "", "many": "", "door": "find", "size": "hours: 20 h/week", "providers": "1", "market": BANDS,
             "events": "", "length": "20 days", "amount": "amount: 8 h/week, "}  # fmt: skip
    return CARE.format(**{**usual, **given})


def starts(run) -> list[float]:
    """When care first started, of each person in order."""
    spells = run.spells("care", "service", "open_service")
    first: dict[int, float] = {}
    for person, time in zip(spells["person"].tolist(), spells["started"].tolist(), strict=True):
        first[person] = min(time, first.get(person, time))
    return sorted(first.values())


def ran(tmp_path: Path, text: str) -> World:
    """The world at its end, with what its providers use."""
    path = tmp_path / "case.yaml"
    path.write_text(text)
    found = World(world.compile(scenario.load(str(path))), 1, 0)
    found.run()
    return found


@pytest.mark.parametrize("door", ["find", "care"])
def test_hours_are_free_but_not_at_breakfast(simulate, door: str) -> None:
    """The first takes 8 of the 10 hours at breakfast: the second waits for it to end with 12 hours free, but not
    where hours are free at any time."""
    (run,) = simulate(place(few="0 days, 1 day", door=door), 1)
    assert starts(run) == pytest.approx([0, 20], abs=SOON)
    (run,) = simulate(place(few="0 days, 1 day", door=door, market=""), 1)
    assert starts(run) == pytest.approx([0, 1], abs=SOON)


def test_two_visits_take_half_of_the_hours_each(simulate) -> None:
    """Two packages of two visits take eight hours of each ten: four are free, of which two at breakfast."""
    for hours, start in ((2, 2), (3, 20)):
        amount = f"amount: {{by: need, low: {hours} h/week, high: 8 h/week}}, "
        (run,) = simulate(place(many="0 days, 1 day", few="2 days", amount=amount), 1)
        assert starts(run) == pytest.approx([0, 1, start], abs=SOON)


def test_every_band_of_a_package_needs_room(simulate) -> None:
    """One at breakfast alone, then one of both: 2 hours of breakfast are left, and 10 of bed."""
    (run,) = simulate(place(few="0 days", many="1 day"), 1)
    assert starts(run) == pytest.approx([0, 20], abs=SOON)
    wide = BANDS.replace("breakfast: 0.5, bed: 0.5", "breakfast: 0.7, bed: 0.3")
    (run,) = simulate(place(few="0 days", many="1 day", market=wide), 1)
    assert starts(run) == pytest.approx([0, 1], abs=SOON)


def test_two_workers_take_twice_the_hours_of_each_band(simulate) -> None:
    """Six hours by two workers: six at breakfast and six at bed. Of the eight hours free four are at breakfast."""
    for share, start in ((1, 20), (0, 1)):
        amount = f"amount: 6 h/week, double_handed: {{by: need, low: 0, high: {share}}}, "
        (run,) = simulate(place(many="0 days", few="1 day", amount=amount), 1)
        assert starts(run) == pytest.approx([0, start], abs=SOON)


def test_a_review_that_drops_a_visit_frees_that_band(simulate) -> None:
    """Two visits of four hours; from day 12 one of three: a second person of two visits starts with the review."""
    amount = "amount: {by: need, low: 3 h/week, high: 14 h/week}, "
    eases = "eases: {after: 10 days, need: {change: -1}}\n    reviewed: {after: 11 days, to: review, package: keep}"
    given = {"many": "0 days, 1 day", "amount": amount, "length": "40 days"}
    (run,) = simulate(place(**given, events=eases), 1)
    assert starts(run) == pytest.approx([0, 12], abs=SOON)
    (run,) = simulate(place(**given), 1)
    assert starts(run) == pytest.approx([0, 40], abs=SOON)


def test_a_review_gives_no_more_than_the_band_has(tmp_path) -> None:
    """14 hours are free, none of them at bed: the hours stay as they are, and another provider is looked for."""
    tight = ", bands: {breakfast: 0.9, bed: 0.1}, visits: {by: need, low: breakfast, high: [breakfast, bed]}"
    amount = "amount: {by: need, low: 6 h/week, high: 10 h/week}, "
    grows = "grows: {after: 10 days, need: {change: 1}}\n    reviewed: {after: 11 days, to: review, package: keep}"
    for bands, bed_and_breakfast in ((tight, [0, 24]), (tight.replace("0.9, bed: 0.1", "0.7, bed: 0.3"), [20, 20])):
        found = ran(tmp_path, place(few="0 days", market=bands, amount=amount, events=grows, length="80 days"))
        (provider,) = found.markets["care"].providers
        assert provider.by_band is not None
        assert provider.by_band.used == bed_and_breakfast


@pytest.mark.parametrize(("low", "full", "free"), [(6, 0.5, 0.6), (8, 0.6, 0.8)])
def test_fewer_hours_move_to_no_band_that_is_full(tmp_path, simulate, low: int, full: float, free: float) -> None:
    """Two visits of four hours, then one of as many or fewer at breakfast: as it was, and no other is looked for."""
    amount = f"amount: {{by: need, low: {low} h/week, high: 8 h/week}}, "
    eases = "eases: {after: 10 days, need: {change: -1}}\n    reviewed: {after: 11 days, to: review, package: keep}"
    for breakfast, used in ((full, [4, 4 + low]), (free, [0, 2 * low])):
        bands = BANDS.replace("breakfast: 0.5, bed: 0.5", f"breakfast: {breakfast}, bed: rest")
        text = place(many="0 days", few="1 day", amount=amount, events=eases, length="80 days", market=bands)
        (provider,) = ran(tmp_path, text).markets["care"].providers
        assert provider.by_band is not None
        assert provider.by_band.used == [hours * 4 for hours in used]
        (run,) = simulate(text, 1)
        assert len(run.spells("find", "service")["person"]) == 2


def test_a_place_kept_is_given_up_where_its_band_is_full(simulate) -> None:
    """Assessed for two visits until day 5; from day 3 one is enough, and breakfast is taken by another from day 1."""
    amount = "amount: {by: need, low: 6 h/week, high: 8 h/week}, "
    text = place(many="0 days", few="1 day", amount=amount, market=f"{BANDS}, assessment: 5 days")
    text = text.replace("next: care}", "waiting: on_search, next: care}")
    text = text.replace("events:\n", "events:\n  on_search: {eases: {after: 3 days, need: {change: -1}}}\n")
    for bands, kept in (("0.5, bed: 0.5", [6, 31]), ("0.6, bed: 0.4", [5, 6])):
        (run,) = simulate(text.replace("0.5, bed: 0.5", bands), 1)
        assert starts(run) == pytest.approx(kept, abs=SOON)


@pytest.mark.parametrize(("low", "who", "change", "start", "hours"), [(8, "few", 1, 35, 12), (4, "many", -1, 4, 4)])
def test_who_waits_at_the_door_starts_with_what_is_needed_by_then(
    simulate, low: int, who: str, change: int, start: float, hours: float
) -> None:
    """Need changes at 3.5 days. Eight hours at breakfast become six of breakfast and bed, with no room before the first
    leaves; six of each, with four free, become four at breakfast, with room from the next midnight."""
    amount = f"amount: {{by: need, low: {low} h/week, high: 12 h/week}}, waiting: at_door, "
    text = place(**{who: "0 days, 1 day"}, amount=amount, door="care", length="35 days")
    changes = f"{{changes: {{after: 2.5 days, need: {{change: {change}}}}}}}"
    (run,) = simulate(text.replace("events:\n", f"events:\n  at_door: {changes}\n"), 1)
    assert starts(run) == pytest.approx([0, start], abs=SOON)
    spells = run.spells("care", "service", "open_service")
    amounts = dict(zip(spells["started"].round(1).tolist(), spells["amount"].tolist(), strict=True))
    assert amounts == {0: low if who == "few" else 12, start: hours}


@pytest.mark.parametrize("hours", ["0.25", "0.5", "0.75", "4.75", "8"])
def test_bands_add_up_and_all_is_given_back(tmp_path, hours: str) -> None:
    """Whatever a package is of: units that do not go up in its visits are with the first bands, and come back."""
    four = ", bands: {breakfast: 0.3, bed: 0.3, tea: 0.2, lunch: rest}"
    four += ", visits: {by: need, low: [lunch, bed, tea], high: [tea, breakfast, bed, lunch]}"
    times = {"few": "0 days, 0.2 days, 3 days", "many": "0.1 days, 4 days, 39 days"}
    given = {"size": "hours: 120.25 h/week", "providers": "3", "amount": f"amount: {hours} h/week, ", "market": four}
    for length, packages in (("70 days", 6), ("25 days", 1), ("10 days", 0)):
        found = ran(tmp_path, place(**times, **given, length=length))
        units = 0
        for provider in found.markets["care"].providers:
            bands = provider.by_band
            assert bands is not None
            assert (sum(bands.capacity), sum(bands.used)) == (provider.capacity, provider.used)
            assert [a - b for a, b in zip(bands.capacity, bands.used, strict=True)] == bands.free
            units += provider.used
        assert units == packages * float(hours) / 0.25


def test_more_of_a_band_from_a_day_on_lets_who_waits_start(tmp_path, simulate) -> None:
    """From day 5 sixteen of the twenty hours are at breakfast."""
    (tmp_path / "place.yaml").write_text(place(few="0 days, 1 day"))
    shares = {"breakfast": 0.8, "bed": 0.2}
    change = ", ".join(f"market.care.bands.{k}: {{value: {v}, when: {{from: day 5}}}}" for k, v in shares.items())
    (run,) = simulate(f"title: it\nbase: [./place.yaml]\nchanges: {{{change}}}\n", 1)
    assert starts(run) == pytest.approx([0, 5], abs=SOON)


@pytest.mark.parametrize(("given", "said"), [
    ({"market": BANDS.replace("bed: 0.5", "bed: 0.6")}, "market.care.bands: the shares sum to 1.1"),
    ({"market": BANDS.replace("bed: 0.5", "bed: -0.5")}, "market.care.bands.bed: "),
    ({"market": BANDS.replace("bed]", "bde]")}, "market.care.visits.high: there is no `bde` in the `bands`; known: "),
    ({"market": BANDS.replace("bed]", "breakfast]")}, "market.care.visits.high: `breakfast` is listed twice"),
    ({"market": BANDS.replace("[breakfast, bed]", "[]")}, "market.care.visits.high: "),
    ({"market": BANDS.replace("high: [", "hgih: [")}, "market.care.visits.hgih: `hgih` is not a level of `need`"),
    *(({"market": f", bands: {{a: 1}}, visits: {{by: {by}, otherwise: a}}"},
       f"market.care.visits.by: the `{by}` of a person is another by the time of a review")
      for by in ("place", "package")),
    ({"market": ", visits: bed"}, "market.care.visits: there is no `bands` beside it"),
    ({"market": ", bands: {breakfast: 0.5, bed: 0.5}"}, "market.care.bands: there is no `visits` beside it"),
    ({"size": "beds: 20", "amount": ""}, "market.care.bands: `care` is in beds"),
])  # fmt: skip
def test_what_is_written_wrongly_is_told_where(tmp_path, given: dict[str, str], said: str) -> None:
    (tmp_path / "case.yaml").write_text(place(**given))
    with pytest.raises(scenario.ScenarioError) as told:
        scenario.load(str(tmp_path / "case.yaml"))
    assert said in str(told.value)
    assert "case.yaml:6:" in str(told.value)


def test_a_scenario_with_bands_can_be_sent_to_another_process(tmp_path) -> None:
    (tmp_path / "case.yaml").write_text(place(few="0 days"))
    loaded = scenario.load(str(tmp_path / "case.yaml"))
    assert pickle.loads(pickle.dumps(loaded)) == loaded


@pytest.mark.parametrize(("bands", "says"), [
    ("breakfast: 0.02, bed: 0.98", "more is asked for at breakfast than there is"),
    ("breakfast: 0, bed: 1", "no hours at breakfast"),
    ("breakfast: 0.5, bed: 0.5", "idle"),
])  # fmt: skip
def test_check_looks_at_the_tightest_band_where_it_has_too_little(tmp_path, bands: str, says: str) -> None:
    """A package of eight hours at breakfast each ten days, twenty days long: 16 of 200 hours."""
    path = tmp_path / "case.yaml"
    text = place(size="hours: 200 h/week", many="9000 days", market=BANDS.replace("breakfast: 0.5, bed: 0.5", bands))
    path.write_text(
        text.replace("few: {times: []}", "few: {rate: 0.1/day}").replace("after: 20 days", "rate: 0.05/day")
    )
    (load,) = [load for load in offered(scenario.load(str(path))) if load.kind == "market"]
    assert says in load.warning
