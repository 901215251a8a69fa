"""A provider fails on day 10: what becomes of its packages, wherever their people are then."""

from __future__ import annotations

import numpy as np
import pytest

PLACE = """
title: A provider that fails
demand: {{client: {{times: [0 days]}}, rival: {{times: [{rival}]}}, other: {{times: [9000 days]}}}}
doors: {{client: looking, rival: review, other: {{ward: 0.5, looking: rest}}}}
teams: {{reviewers: {{workers: 1}}}}
market: {{care: {{hours: 100 h/week, providers: 1{market}}}}}
events:
  on_care: {{{event}}}
  waits: {{{waits}}}
stations:
  looking: {{kind: sourcing, market: care, offers: 1000000/day, waiting: waits, next: home_care}}
  home_care: {{kind: package, market: care, amount: 10 h/week, while_here: on_care}}
  review:
    kind: task
    track: assessment
    team: reviewers
    effort: {{by: class, rival: 60 days, otherwise: {effort}}}
    next: {{by: package, held: return, none: gone}}
  ward: {{kind: stay, track: hospital, length: {away}, next: {{by: package, held: return, otherwise: looking}}}}
  gone: {{kind: exit}}
run: {{start: 2026-04-01, length: 60 days, replications: 1}}
"""
REVIEW = "review_due: {after: 5 days, to: review, package: keep}"
ILL = "ill: {after: 8 days, to: ward, package: {hold: 30 days}}"
SOON = 1e-4


def seen(simulate, tmp_path, event: str, notice: str = "", until: str = "", **given: str):
    """The client's (station, type, from, to) in order of time, and when the last of the package was over."""
    usual = {"rival": "50 days", "market": notice and f", notice: {notice}", "effort": "2 days", "away": "4 days",
             "waits": ""}  # fmt: skip
    (tmp_path / "place.yaml").write_text(PLACE.format(**{**usual, **given}, event=event))
    change = f"{{value: 1, when: {{from: day 10{until and f', until: day {until}'}}}}}"
    (run,) = simulate(f"title: it\nbase: [./place.yaml]\nchanges: {{market.care.failed: {change}}}\n", 1)
    spells = run.log.spells
    mine = np.flatnonzero(spells["class"] == run.log.code("client"))
    held = mine[(spells["station"][mine] == run.log.code("home_care"))]
    where = mine[np.isin(spells["type"][mine], [0, 1, 5, 6])]
    where = where[np.argsort(spells["joined"][where], kind="stable")]
    visits = [(run.log.name(spells["station"][k]), spells["joined"][k], spells["ended"][k]) for k in where]
    return visits, float(np.nanmax(spells["ended"][held]))


def looks(visits: list[tuple[str, float, float]]) -> list[float]:
    """When the person began to look for care, after the first time."""
    return [joined for name, joined, _ in visits if name == "looking"][1:]


@pytest.mark.parametrize(("notice", "care"), [("", 10), ("3 days", 13), ("28 days", 38)])
def test_who_waits_for_a_review_looks_at_once_and_has_care_for_the_notice(
    simulate, tmp_path, notice: str, care: float
) -> None:
    """The reviewer is busy for two months: nobody waits for the review in order to be told."""
    visits, over = seen(simulate, tmp_path, REVIEW, notice, rival="1 day")
    assert [name for name, *_ in visits] == ["looking", "home_care", "review", "looking"]
    assert looks(visits) == pytest.approx([10], abs=SOON)
    assert over == pytest.approx(care, abs=SOON)


@pytest.mark.parametrize(("notice", "care"), [("", 14), ("3 days", 14), ("28 days", 38)])
def test_a_review_in_hand_is_ended_first(simulate, tmp_path, notice: str, care: float) -> None:
    """It is from day 5 to day 13 and a quarter; the search begins that night, and care goes on until then."""
    visits, over = seen(simulate, tmp_path, REVIEW, notice, effort="198 h")
    assert [name for name, *_ in visits] == ["looking", "home_care", "review", "home_care", "looking"]
    assert looks(visits) == pytest.approx([14], abs=SOON)
    assert over == pytest.approx(care, abs=SOON)


@pytest.mark.parametrize(("notice", "care"), [("", 10), ("3 days", 13), ("28 days", 38)])
def test_in_hospital_the_package_held_is_over_with_the_notice(simulate, tmp_path, notice: str, care: float) -> None:
    """There until day 18 and a quarter. Home on notice, the person looks that night; without a package, at once."""
    visits, over = seen(simulate, tmp_path, ILL, notice, away="246 h")
    home = ["home_care"] if care > 18.25 else []
    assert [name for name, *_ in visits] == ["looking", "home_care", "ward", *home, "looking"]
    assert looks(visits) == pytest.approx([19 if home else 18.25], abs=SOON)
    assert over == pytest.approx(care, abs=SOON)


@pytest.mark.parametrize(("notice", "care"), [("", 10), ("28 days", 38)])
def test_care_by_outcome_is_held_in_hospital_and_no_longer(simulate, tmp_path, notice: str, care: float) -> None:
    more = f", outcome_based: 1{notice and f', notice: {notice}'}"
    visits, over = seen(simulate, tmp_path, ILL, market=more, away="40 days")
    assert [name for name, *_ in visits] == ["looking", "home_care", "ward", "looking"]
    assert over == pytest.approx(care, abs=SOON)


def test_a_notice_stands_when_the_provider_is_back(simulate, tmp_path) -> None:
    """Home from hospital on day 18, the failure over on day 12: found at once with the provider as it is then."""
    visits, _ = seen(simulate, tmp_path, ILL, "28 days", until="12", away="246 h")
    names = ["looking", "home_care", "ward", "home_care", "looking", "home_care"]
    assert [name for name, *_ in visits][:6] == names
    assert looks(visits)[0] == pytest.approx(19, abs=SOON)


def test_nobody_is_given_back_by_a_failure_long_over(simulate, tmp_path) -> None:
    """In the queue for a review from day 5, without notice: they look from day 10, and find the provider on day 12, who
    does not give them back again."""
    visits, _ = seen(simulate, tmp_path, REVIEW, until="12", rival="3 days")
    assert looks(visits) == pytest.approx([10], abs=SOON)
    assert [name for name, *_ in visits][3:] == ["looking", "home_care", "review"]
    assert visits[4][1] == pytest.approx(12, abs=SOON)


def test_who_comes_home_on_notice_looks_again(simulate, tmp_path) -> None:
    """Taken ill after two days of looking, home on the fifth day after, with the package: every night, until day 38."""
    visits, over = seen(simulate, tmp_path, "nothing: {rate: 0/day, to: gone}", "28 days", away="117 h",
                        waits="ill: {after: 2 days, to: ward}")  # fmt: skip
    assert looks(visits)[:4] == pytest.approx([10, 17, 24, 31], abs=SOON)
    assert over == pytest.approx(38, abs=SOON)


@pytest.mark.parametrize(("notice", "ill"), [("1 h", False), ("28 days", True)])
def test_what_happens_to_people_in_care_does_not_without_it(simulate, tmp_path, notice: str, ill: bool) -> None:
    """Ten times a day from day 9.5 on, at home or kept while the search goes on."""
    rated = "ill: {rate: 10/day, to: review, package: keep}"
    visits, _ = seen(simulate, tmp_path, rated, notice, effort="1 min")
    assert any(name == "review" and joined > 11 for name, joined, _ in visits) == ill
