"""The map lays out any operating model: every stop has room, lines are as wide as their people."""

import re
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.report.network import Network, Stop
from sim.report.saved import Saved
from sim.report.trackmap import BAR, MOST_LINES, STEPS, Boulder, TrackMap, step_of, steps
from sim.report.tracks import track_maps


def made(sizes: dict[str, int], flows: dict[tuple[str, str], float], *, boulders: tuple[Boulder, ...] = ()) -> TrackMap:
    tracks = {
        track: [Stop(f"{track}-{i}", f"Stop {i} of {track}", "task", track, 10.0, 2.0 * i, 0.0) for i in range(size)]
        for track, size in sizes.items()
    }
    stops = {stop.id: stop for found in tracks.values() for stop in found}
    queues = [("Base", {name: stop.waiting for name, stop in stops.items()})]
    return TrackMap("map-1", "A title", "Words.", Network(stops, tracks, flows), queues, boulders)


names = st.sampled_from(["early", "assessment", "brokerage", "care", "a", "b", "c", "crisis", "hospital"])


@settings(max_examples=40, deadline=None)
@given(st.dictionaries(names, st.integers(1, 14), min_size=1), st.data())
def test_every_stop_has_room_inside_the_drawing(sizes: dict[str, int], data: st.DataObject) -> None:
    stops = [f"{track}-{i}" for track, size in sizes.items() for i in range(size)]
    pairs = data.draw(st.dictionaries(st.tuples(st.sampled_from(stops), st.sampled_from(stops)), st.floats(0.2, 1e5)))
    drawn = made(sizes, pairs)
    places, (width, height) = drawn.places(), drawn.size()
    assert set(places) == set(stops)
    assert all(0 < x < width - 100 and 0 < y < height - 20 for x, y in places.values())
    for (x1, y1), (x2, y2) in combinations(places.values(), 2):
        assert abs(x1 - x2) >= 200 or abs(y1 - y2) >= 40
    drawing = drawn.svg()
    assert drawing.count('class="flow"') == min(MOST_LINES, sum(a != b for a, b in pairs))
    assert "nan" not in drawing


def test_a_line_is_as_wide_as_its_people() -> None:
    drawn = made(
        {"a": 2, "b": 2}, {("a-0", "b-0"): 3000.0, ("a-1", "b-1"): 40.0, ("a-0", "a-1"): 400.0, ("", "a-0"): 9.0}
    )
    widths = re.findall(r'class="flow"[^>]*stroke-width="([\d.]+)"', str(drawn.svg()))
    assert [float(width) for width in widths] == [STEPS[step_of(n, steps(3000.0))] for n in (40, 400, 3000)]
    assert [step_of(n, steps(3000.0)) for n in (9, 40, 400, 3000)] == [0, 0, 2, 4]


def test_the_longest_queue_has_the_longest_bar() -> None:
    drawing = str(made({"a": 4}, {})._wide())
    bars = [float(width) for width in re.findall(r'class="queue"[^>]*width="([\d.]+)"', drawing)]
    assert len(bars) == 3
    assert bars == pytest.approx([BAR / 3, BAR * 2 / 3, BAR], abs=0.1)


def test_a_boulder_is_solid_where_it_lies_and_hollow_where_it_is_lifted() -> None:
    boulders = (Boulder(1, "Here", ["a-0", "b-1"], True), Boulder(2, "Gone", ["b-0"], False))
    drawing = str(made({"a": 1, "b": 2}, {}, boulders=boulders)._wide())
    assert drawing.count('class="rock"') == 2
    assert drawing.count('class="rock gone"') == 1


def test_words_and_tables_say_what_the_map_shows(folder: Path) -> None:
    (figure,) = track_maps(Saved(folder))
    assert figure.title == "Busy day: longest queue at Desk"
    assert re.search(r"The longest queues: Desk \([\d.]+ people, [\d.]+ in one queue\)\.", figure.description)
    assert figure.header[:3] == ("Stop", "Track", "One queue: came in the period")
    assert [row[0] for row in figure.rows] == ["Desk"]
    assert ("outside", "Desk") in [row[:2] for row in figure.extras[0].rows]
