"""The track map as it is seen: no word lies over another, whatever the operating model and the width of the paper."""

import json
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from sim.report.network import Network, Stop
from sim.report.trackmap import Boulder, TrackMap
from tests.browser.chromium import Browser

ROOT = Path(__file__).parents[2]
CSS = (ROOT / "sim" / "report" / "templates" / "report.css").read_text("utf-8")
COLLISIONS = """JSON.stringify([...document.querySelectorAll('svg.map')].flatMap(svg => {
  const edge = svg.getBoundingClientRect();
  if (edge.height === 0) return [];
  const boxes = [...svg.querySelectorAll('text:not(.rock-number), polygon.rock')].map(t => {
    const b = t.getBoundingClientRect(), slack = t.tagName === 'text' ? 0.18 * b.height : 1;
    return {text: t.textContent || 'rock', l: b.left + 0.5, r: b.right - 0.5, t: b.top + slack, b: b.bottom - slack};
  });
  const out = boxes.filter(b => b.l < edge.left - 1 || b.r > edge.right + 1 || b.t < edge.top - 1
    || b.b > edge.bottom + 1).map(b => b.text + ' outside');
  boxes.forEach((a, i) => boxes.slice(i + 1).forEach(b => {
    if (a.l < b.r && b.l < a.r && a.t < b.b && b.t < a.b) out.push(a.text + ' over ' + b.text);
  }));
  return [...out, 'seen'];
}))"""
SEEN = [(1280, ""), (768, ""), (390, ""), (320, ""), (680, "print")]


def collisions(browser: Browser, address: str) -> list[str]:
    """What lies over what on the maps of a page, as it is seen on every screen and on paper, each told once."""
    browser.open(address)
    found: dict[str, None] = {}
    try:
        for width, media in SEEN:
            browser.resize(width)
            browser.send("Emulation.setEmulatedMedia", media=media)
            found |= dict.fromkeys(json.loads(browser.evaluate(COLLISIONS)) or ["not seen"])
    finally:
        browser.send("Emulation.setEmulatedMedia", media="")
    return list(found)


@pytest.mark.parametrize(("name", "maps"), [("winter", 1), ("operating-models", 2), ("boulders", 1)])
def test_nothing_on_a_sample_lies_over_anything(
    browser: Browser, pages: Callable[[str], str], name: str, maps: int
) -> None:
    assert collisions(browser, pages(name)) == ["seen"]
    assert browser.evaluate("document.querySelectorAll('svg.map.wide').length") == maps


WORDS = (
    "Care",
    "Act",
    "assessment",
    "of",
    "WWWWW",
    "needs",
    "MMM",
    "in",
    "the",
    "community",
    "mental",
    "capacity",
    "illl",
)


def large(seed: int) -> TrackMap:
    """Nine tracks of up to sixteen stops, long names, long queues, places kept, three boulders, lines anywhere."""
    luck = random.Random(seed)
    tracks: dict[str, list[Stop]] = {}
    for track in ("early_conversations", "a_track_with_a_long_name", "b", "c", "d", "e", "f", "hospital", "crisis"):
        tracks[track] = [
            Stop(f"{track}-{row}", " ".join(luck.choices(WORDS, k=luck.randint(1, 7))), "task", track, 10.0,
                 10.0 ** luck.uniform(-1, 4), luck.choice((0.0, 0.0, 1234.5)))
            for row in range(luck.randint(1, 6 if track in ("hospital", "crisis") else 16))
        ]  # fmt: skip
    stops = {stop.id: stop for found in tracks.values() for stop in found}
    names = sorted(stops)
    flows = {(luck.choice(names), luck.choice(names)): 10.0 ** luck.uniform(-1, 5) for _ in range(90)}
    flows |= {("", name): 100.0 for name in luck.sample(names, 9)}
    queues = [
        ("One", {name: 10.0 ** luck.uniform(-1, 4) for name in stops}),
        ("Two", {n: s.waiting for n, s in stops.items()}),
    ]
    boulders = [Boulder(n, "Rock", luck.sample(names, len(names) // 2), n != 2) for n in (1, 2, 3)]
    return TrackMap("map-1", "Large", "Words.", Network(stops, tracks, flows), queues, boulders)


@pytest.mark.parametrize("seed", range(4))
def test_nothing_on_a_large_map_lies_over_anything(browser: Browser, seed: int, tmp_path: Path) -> None:
    page = tmp_path / "map.html"
    page.write_text(
        f'<!doctype html><meta charset="utf-8"><style>{CSS}</style><main><figure>{large(seed).svg()}</figure></main>'
    )
    assert collisions(browser, page.as_uri()) == ["seen"]


def test_a_collision_would_be_seen(browser: Browser, tmp_path: Path) -> None:
    page = tmp_path / "map.html"
    words = '<text x="20" y="30">One</text><text x="30" y="34">Two</text><text x="90" y="30">Away we go</text>'
    page.write_text(f'<!doctype html><svg class="map" width="120" height="60" viewBox="0 0 120 60">{words}</svg>')
    assert collisions(browser, page.as_uri()) == ["Away we go outside", "One over Two", "seen"]
