"""Sections from tables made by hand: whose lives change, early warning, surprises, boulders, who can act."""

import json
import re
import shutil
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from sim.experiment.practices import table as practice_table
from sim.report import rebuild
from sim.report.answer import rough
from sim.report.costs import boulder_costs
from sim.report.drives import drives
from sim.report.early import warnings
from sim.report.headlines import headlines
from sim.report.levels import HOSPITALS_OWN, delayed_people, delays, who_acts
from sim.report.lives import lives
from sim.report.parts import WORDS, worded
from sim.report.questions import QUESTIONS, questions
from sim.report.saved import Saved
from sim.report.series import active as charted
from sim.report.series import figures, long_date
from sim.report.surprises import surprises
from sim.report.tracks import across
from sim.report.trust import GLOSSARY, caveats
from tests.unit.report.hand import BASE, OTHER, STATIONS, affected, fact, month, outcome, saved


@pytest.mark.parametrize(
    ("net", "words"),
    [((-52.0, -60.0, -44.0),
      "On balance, 52 more people a year end worse off than better off (95% interval 44 to 60; taken before "
      "rounding)."),
     ((13.0, 9.0, 17.0),
      "On balance, 13 more people a year end better off than worse off (95% interval 9 to 17; taken before "
      "rounding)."),
     ((-2.0, -8.0, 4.0), "On balance, whether more end better or worse cannot be told.")],
)  # fmt: skip
def test_whose_lives_change(net: tuple[float, float, float], words: str) -> None:
    tables = {
        "outcomes": [
            outcome("both", "waiting", "waiting", "same", 900.0, 800.0),
            outcome("both", "waiting", "hospital", "worse", 40.0, 30.0),
            outcome("both", "died", "waiting", "better", 3.0, 2.0),
            outcome("scenario_only", "", "waiting", "", 12.0, 9.0),
        ],
        "affected": [affected("people", 1000.0, 990.0, 1010.0), affected("better", 20.0, 18.0, 22.0),
                     affected("worse", 72.0, 60.0, 84.0), affected("net", *net)],
    }  # fmt: skip
    (found,) = lives(saved([], tables, {}))
    assert found.sentences[0] == (
        "Of 1,000 people a year followed in both worlds, 20 end with a better outcome in busy than in base (95% "
        "interval 18 to 22), and 72 with a worse one (95% interval 60 to 84)."
    )
    assert found.sentences[1] == words
    changed, alone = found.tables
    assert [tuple(row) for row in changed.rows] == [
        ("Waiting", "In hospital", "worse", "40", "38 to 42"),
    ]
    assert alone.rows[0][:3] == ("In busy alone", "Waiting", "12")


def test_the_first_figure_to_move_and_when_to_advertise() -> None:
    rows = [
        month("waiting.assessment", "2026-06", 61.0, 100.0, 9.0, 20.0),
        month("waiting.assessment", "2026-07", 91.0, 100.0, 9.0, 2.0),
        month("ready_for_discharge", "2026-05", 30.0, 50.0, 5.0, 1.0),
        month("waiting_for_care", "2026-05", 30.0, 50.0, 0.5, 0.1),
    ]
    hire = [{"scenario": "base", "path": "workforce.broker.time_to_hire", "text": "30 days"}]
    (found,) = warnings(saved([], {"over_time": rows, "inputs": hire}, {}))
    assert found.sentences[0] == (
        "With busy, the first figure to move beyond chance is people ready to leave hospital, in May 2026."
    )
    assert "advertise between 1 April 2026 and 1 April 2026" in found.sentences[1]
    assert [row[:2] for row in found.table.rows] == [
        ("People ready to leave hospital", "May 2026"), ("People waiting: Assessment", "July 2026"),
    ]  # fmt: skip


def test_a_month_in_a_hundred_that_stands_out_by_luck_is_no_warning() -> None:
    """Clear of zero by itself, not among a hundred looked at."""
    rows = [month("staff_in_post", f"2026-{n % 12 + 1:02d}", 30.0 * n, 100.0, 0.0, 5.0) for n in range(99)]
    alone = month("waiting.assessment", "2026-06", 61.0, 100.0, 9.0, 8.0)
    assert "waiting: Assessment" in warnings(saved([], {"over_time": [alone]}, {}))[0].sentences[0]
    (found,) = warnings(saved([], {"over_time": [alone, *rows]}, {}))
    assert found.sentences == ["With busy, no figure watched moves by three in a hundred beyond chance in any month."]
    assert found.table.caption.endswith("all 100 monthly figures looked at")


@pytest.mark.parametrize(
    ("quick", "slow", "words"),
    [
        (10, 30, "advertise between 2 April 2026 and 22 April 2026."),
        (10, 60, "advertise the quickest by 22 April 2026; the slowest would have to be before the decision "
                 "(1 April 2026): too late."),
        (40, 60, "even the quickest would have to be advertised before the decision (1 April 2026): too late."),
    ],
)  # fmt: skip
def test_no_post_is_advertised_before_the_decision(quick: int, slow: int, words: str) -> None:
    rows = [month("ready_for_discharge", "2026-05", 31.0, 50.0, 5.0, 1.0)]
    hire = [
        {"scenario": "base", "path": f"workforce.{role}.time_to_hire", "text": f"{days} days"}
        for role, days in (("broker", quick), ("social_worker", slow))
    ]
    assert f"by then, {words}" in warnings(saved([], {"over_time": rows, "inputs": hire}, {}))[0].sentences[1]


def test_a_queue_of_several_stations_is_not_named_by_one_of_them() -> None:
    rows = [month("waiting.assessment", "2026-05", 31.0, 50.0, 5.0, 1.0)]
    found = saved([fact("waiting_assessment", title="People waiting for an assessment")], {"over_time": rows}, {})
    assert warnings(found)[0].table.rows[0][0] == "People waiting: Assessment"
    second = {**STATIONS[0], "id": "urgent", "title": "Urgent assessment"}
    found.worlds[:] = [replace(world, stations=[second, *STATIONS]) for world in found.worlds]
    assert warnings(found)[0].table.rows[0][0] == "People waiting for an assessment"


def test_what_moves_against_the_rest_is_explained_by_its_flows() -> None:
    facts = [fact("waiting_assessment"), fact("a"), fact("b"), fact("tie")]
    flows = [
        {"scenario": name, "from": "", "to": "assessment", "people": str(people)}
        for name, people in (("base", 500.0), ("busy", 380.0))
    ]
    differences = {"waiting_assessment": (-20.0, -25.0, -15.0), "a": (9.0, 8.0, 10.0), "b": (9.0, 8.0, 10.0),
                   "tie": (-30.0, -70.0, 10.0)}  # fmt: skip
    (note,) = surprises(saved(facts, {"flows": flows}, differences))
    assert note == (
        "waiting_assessment: 20.0 fewer with busy than in base, which is better, while most measures go the other way. "
        "At its stops, people in the period: 120 fewer from outside to Assessment."
    )
    assert surprises(saved(facts[1:], {"flows": flows}, differences)) == []


def test_a_headline_that_surprises_is_told_before_what_moves_further() -> None:
    facts = [replace(fact("assessment.other"), headline=False), fact("waiting_assessment"),
             *(fact(name) for name in "abc")]  # fmt: skip
    differences = {"assessment.other": (-40.0, -41.0, -39.0), "waiting_assessment": (-5.0, -6.0, -4.0)}
    differences |= dict.fromkeys("abc", (9.0, 8.0, 10.0))
    told = [note.split(":")[0] for note in surprises(saved(facts, {}, differences))]
    assert told == ["waiting_assessment", "assessment.other"]


def test_no_flow_explains_a_measure_that_no_stop_is_named_by() -> None:
    facts = [fact("spend"), fact("a"), fact("b")]
    differences = {"spend": (-20.0, -25.0, -15.0), "a": (9.0, 8.0, 10.0), "b": (9.0, 8.0, 10.0)}
    flows = [
        {"scenario": name, "from": "", "to": "assessment", "people": str(people)}
        for name, people in (("base", 500.0), ("busy", 380.0))
    ]
    assert surprises(saved(facts, {"flows": flows}, differences)) == []


def test_a_journey_has_one_date_wherever_it_is_told() -> None:
    """15:36 on the 245th day is that day, in words, in the table and in the file."""
    step = {"scenario": "busy", "journey": "1", "from": "waiting", "to": "died", "turn": "worse", "share": "0.5",
            "attributes": "age 85_plus, need high", "step": "1", "day": "244.65", "when": "2026-12-01 15:36",
            "title": "Ward", "words": "arrives: age 85 plus", "caused_by_waiting": ""}  # fmt: skip
    tables = {
        "outcomes": [outcome("both", "waiting", "died", "worse", 9.0, 9.0)],
        "journeys": [step | {"world": name} for name in ("base", "busy")],
    }
    (found,) = lives(saved([], tables, {}))
    (figure,) = found.journeys
    assert {row[2] for row in figure.rows} == {"1 December 2026"}
    assert figure.description.startswith("In base: 1 December 2026 Ward arrives: age 85 and over.")
    assert "age 85 and over" in figure.caption
    assert not re.search("85.plus", f"{figure.caption}{figure.description}{figure.rows}{figure.drawing}")
    assert long_date("2026-04-01", 7 - 1e-12) == "8 April 2026"


def test_the_glossary_does_not_promise_where_the_mean_lies() -> None:
    said = dict(GLOSSARY)["95% interval"]
    assert "intervals" in said
    assert "would lie" not in said


def boulder(quantity: str, of: str, mean: float, half: float) -> dict[str, str]:
    return {"id": "m", "headline": "1", "period": "2", "quantity": quantity, "of": of, "mean": str(mean),
            "low": str(mean - half), "high": str(mean + half), "percent": "-13"}  # fmt: skip


@pytest.mark.parametrize(
    ("half", "sign", "direction", "title"),
    [
        (2.0, 1, "lower is better", "The market costs most: m"),
        (50.0, 1, "lower is better", "No boulder's cost is clear: m"),
        (2.0, -1, "lower is better", "Lifting the market hurts: m"),
        (2.0, 1, "higher is better", "Lifting the market hurts: m"),
    ],
)
def test_the_boulder_that_costs_most(half: float, sign: int, direction: str, title: str) -> None:
    """Of the shares 20 (with the sign) and 10 the larger: what adds where less is better is a cost."""
    rows = [
        boulder("total", "", 30.0, 2.0),
        boulder("shapley", "market", 20.0 * sign, half),
        boulder("shapley", "hospital-discharge", 10.0, half),
        boulder("term", "market+hospital-discharge", 4.0, half),
    ]
    (figure,) = boulder_costs(saved([fact("m", direction=direction)], {"boulders": rows}, {}))
    assert figure.title == title
    assert figure.drawing.count('class="whisker"') == 6
    assert not re.search(
        r"(^|[>(\s])-\d", f"{figure.drawing}{figure.description} {' '.join(map(' '.join, figure.rows))}"
    )
    assert [row[1] for row in figure.rows] == [
        "all",
        "The market",
        "Hospital discharge",
        "The market and hospital discharge",
    ]


def lost(id: str, replication: int, people: float) -> dict[str, str]:
    return {"scenario": "busy", "replication": str(replication), "id": f"delayed_days_{id}", "value": str(365 * people)}


def test_days_that_the_council_can_act_on() -> None:
    facts = [fact(f"delayed_days_{id}", unit="bed days a year") for id in ("hospital", "council", "home")]
    found = saved(facts, {}, {f.id: (10.0, 9.0, 11.0) for f in facts})
    assert [(one.who, round(one.people * 365.0)) for one in who_acts(found, BASE)] == [
        ("the hospital", 100), ("the council", 100), ("the council, with the NHS", 100),
    ]  # fmt: skip
    asked = questions(found, {"lives"})[1]
    assert asked.answer.startswith(
        "Of 0.9 people delayed on average, the council has a part in 0.6; 0.3 of them are for it and its market alone."
    )
    assert HOSPITALS_OWN not in asked.answer
    figure = delays(found)
    assert figure is not None
    assert figure.header[1] == "Who can act"
    assert figure.header[2] == "Base: mean (95% interval)"
    assert figure.rows[0][2] == "100.0 (90.0 to 120.0)"
    assert {row[1] for row in figure.rows} == {"the hospital", "the council", "the council, with the NHS"}
    assert HOSPITALS_OWN not in figure.notes


def test_a_model_without_delays_of_the_hospital_alone_says_so() -> None:
    """That the council has a part in all of them follows from how the model is made."""
    facts = [fact(f"delayed_days_{id}", unit="bed days a year") for id in ("hub", "council")]
    found = saved(facts, {}, {f.id: (10.0, 9.0, 11.0) for f in facts})
    asked = questions(found, {"lives"})[1]
    assert "the council has a part in all" in asked.answer
    assert HOSPITALS_OWN in asked.answer
    figure = delays(found)
    assert figure is not None
    assert HOSPITALS_OWN in figure.notes


def test_people_delayed_have_the_interval_of_their_sum() -> None:
    """What two reasons have in common is in it once: where one is more as the other is less, their sum is as sure."""
    luck = (-1.0, -1.0, 0.0, 1.0, 1.0)
    rows = [
        row for n, by in enumerate(luck)
        for row in (lost("hub", n, 3.0 + by), lost("council", n, 2.0 - by), lost("home", n, 9.0))
    ]  # fmt: skip
    facts = [fact(f"delayed_days_{id}", unit="bed days a year") for id in ("hub", "council")]
    found = saved(facts, {"measures": rows}, {
        f.id: (365.0 * people - 100.0, 9.0, 11.0) for f, people in zip(facts, (3, 2), strict=True)
    })  # fmt: skip
    half = 1.24166
    assert delayed_people(found, OTHER, ["delayed_days_hub"]) == f"3.0 ({3 - half:.1f} to {3 + half:.1f})"
    assert delayed_people(found, OTHER, ["delayed_days_hub", "delayed_days_council"]) == "5.0 (5.0 to 5.0)"
    assert questions(found, {"lives"})[1].answer.startswith("Of 5.0 (95% interval 5.0 to 5.0) people delayed")


def test_too_few_runs_say_so_and_call_nothing_a_tie() -> None:
    shares = [boulder("shapley", "market", 20.0, 2.0) | {"low": "", "high": ""}]
    moved = [month("waiting.assessment", "2026-06", 61.0, 100.0, 9.0, 1.0) | {"low": "", "high": ""}]
    facts = [fact("delayed_days_council", unit="bed days a year"), fact("m")]
    found = saved(facts, {"boulders": shares, "over_time": moved}, {f.id: (9.0, 8.0, 10.0) for f in facts}, 4)
    assert [figure.title for figure in boulder_costs(found)] == ["Too few runs to tell: m"]
    assert warnings(found)[0].sentences == ["With busy: too few runs to tell which figure moves first."]
    delayed = delays(found)
    assert delayed is not None
    assert delayed.title == "Hospital bed days lost, by reason: too few runs to tell"
    assert charted(found, "People waiting", "m") == "People waiting: too few runs to tell"


def test_every_question_has_a_place_or_says_that_the_page_cannot() -> None:
    found = questions(saved([fact("a")], {}, {}), {"lives", "headlines"})
    assert [question.text for question in found] == list(QUESTIONS)
    assert all(bool(question.place) != question.answer.startswith("This page cannot say: ") for question in found)
    assert found[4].place == "lives"


@pytest.mark.parametrize(("verdict", "settled", "belief_low", "title"), [
    ("better", "no", "3", "m: not settled"), ("worse", "yes", "3", "m: the same verdict throughout"),
    ("worse", "yes", "-3", "m: not settled"),
])  # fmt: skip
def test_what_drives_the_answer(verdict: str, settled: str, belief_low: str, title: str) -> None:
    row = {"base": "base", "scenario": "busy", "id": "m", "belief_low": belief_low, "belief_high": "9",
           "ignorance_share": "0.75", "settled": settled}  # fmt: skip
    for key, mean, said in (("harm_low", -2.0, verdict), ("central", 5.0, "worse"), ("harm_high", 9.0, "worse")):
        row |= {key: str(mean), f"{key}_low": str(mean - 1), f"{key}_high": str(mean + 1), f"{key}_verdict": said}
    found = drives(saved([fact("m")], {"uncertainty": [row]}, {"m": (5.0, 4.0, 6.0)}))
    (figure,) = found.figures
    assert figure.title == title
    assert [tuple(cells) for cells in figure.rows] == [
        ("Least harm believed", "\u22122.0", "\u22123.0 to \u22121.0", verdict),
        ("As assumed", "+5.0", "+4.0 to +6.0", "worse"),
        ("Most harm believed", "+9.0", "+8.0 to +10.0", "worse"),
    ]
    assert ("One headline is" if "not settled" in title else "No headline would") in found.sentence
    shown = belief_low.replace("-", "\u2212") if belief_low[0] == "-" else f"+{belief_low}"
    assert found.tables[0].rows[0][1:4] == ("+5.0 (+4.0 to +6.0)", f"{shown}.0 to +9.0", "75%")


def test_what_was_not_run_is_said_not_to_be() -> None:
    assert drives(saved([fact("m")], {}, {})).sentence.startswith("Not run here: ")


def test_the_page_of_a_search(tmp_path: Path) -> None:
    answer = {"value": 9.0, "written": "9", "low": 8.0, "high": None}
    (tmp_path / "manifest.json").write_text(json.dumps({"kind": "size", "versions": {"traintracks": "0.1.0"}}))
    (tmp_path / "size.json").write_text(json.dumps({
        "vary": "workforce.broker.posts", "until": "waiting_care <= 40", "today": "7", "least": True, "answer": answer,
        "seed": 1, "replications": 10,
    }))  # fmt: skip
    (tmp_path / "tried.csv").write_text(
        "value,written,id,mean,low,high,reached\n7,7,waiting_care,55.5,50,60,0\n8,8,waiting_care,41,38,44,0\n"
        "9,9,waiting_care,38,35,41,1\n"
    )
    page = rebuild(tmp_path).read_text("utf-8")
    assert "<h1>Broker, posts: how much for people waiting for care to start at most 40?</h1>" in page
    assert (
        "Broker, posts: at least 9 (95% interval 8 to beyond the range) for people waiting for care to start at most "
        "40; today it is 7."
    ) in page
    assert page.count('class="whisker"') == 2 * 3 + 1
    assert "41.0, not reached." in page
    assert page == rebuild(tmp_path).read_text("utf-8")


def test_the_page_of_claims(tmp_path: Path) -> None:
    found = json.loads((Path(__file__).parents[3] / "docs" / "practices.json").read_text("utf-8"))
    versions = {"kind": "practices", "versions": {"traintracks": "0.1.0"}}
    (tmp_path / "manifest.json").write_text(json.dumps(versions))
    (tmp_path / "practices.json").write_text(json.dumps(found))
    (tmp_path / "practices.csv").write_text(practice_table(found))
    page = rebuild(tmp_path).read_text("utf-8")
    verdicts = [claim["verdict"] for one in found["practices"] for claim in one["claims"]]
    judged = sum(word not in ("set, proves nothing", "not in the model") for word in verdicts)
    assert f"Of {judged} claims on which the model comes to a figure of its own, " in page
    assert f"{verdicts.count('set, proves nothing')} are put in, which proves nothing" in page
    cells = re.findall(r"<tr>(.*?)</tr>", page[page.index("Every claim beside") : page.index("What clearly changes")])
    assert len(cells) == len(verdicts) + 1
    assert "`" not in page[page.index("<main>") :]
    assert page == rebuild(tmp_path).read_text("utf-8")


def test_a_boulder_lifted_step_by_step() -> None:
    rows = [
        {"id": "m", "headline": "1", "period": "all", "level": str(level), "change": str(change),
         "change_low": str(change - 1), "change_high": str(change + 1)}
        for level, change in ((0.5, -3.0), (0.0, -7.0))
    ]  # fmt: skip
    (figure,) = boulder_costs(saved([fact("m")], {"doses": rows}, {}))
    assert figure.title == "m: \u22127.0 at level 0"
    assert [tuple(row) for row in figure.rows] == [
        ("level 0.5", "\u22123.0", "\u22124.0 to \u22122.0"), ("level 0", "\u22127.0", "\u22128.0 to \u22126.0"),
    ]  # fmt: skip


def test_a_part_does_not_say_more_while_the_whole_says_less() -> None:
    facts = [fact(id, unit="bed days a year") for id in ("delayed_days_hub", "delayed_bed_days")]
    found = delays(saved(facts, {}, {"delayed_days_hub": (10.0, 9.0, 11.0), "delayed_bed_days": (-50.0, -60.0, -40.0)}))
    assert found is not None
    assert found.title == "Hospital bed days lost to delay: 50.0 fewer"


@pytest.mark.parametrize("name", ["operating-models", "boulders"])
def test_the_samples_make_pages(name: str, tmp_path: Path) -> None:
    """From the tables kept in docs/examples: complete, and small enough to send."""
    shutil.copytree(Path(__file__).parents[3] / "docs" / "examples" / name, tmp_path / name)
    page = rebuild(tmp_path / name)
    text = page.read_text("utf-8")
    assert page.stat().st_size < 3_000_000
    for section in ("answer", "headlines", "changed", "map", "charts", "lives", "money", "early", "drives", "trust"):
        assert f'<h2 id="{section}">' in text
    assert ('<h2 id="boulders">' in text) is (name == "boulders")


def test_spend_is_drawn_in_thousands_a_week(tmp_path: Path) -> None:
    """A hundred thousand pounds a day are seven hundred thousand a week."""
    shutil.copytree(Path(__file__).parents[3] / "docs" / "examples" / "winter", tmp_path / "run")
    saved = Saved(tmp_path / "run")
    saved.daily["spend.council"] = 100_000.0
    figure = next(one for one in figures(saved) if one.id == "chart-spend-council")
    assert {row[1] for row in figure.rows} == {"700"}
    assert figure.caption.startswith("Mean of each week, £ thousand a week")
    assert re.fullmatch(
        r"Net spend of the council: (£[\d.]+ million (less|more) a year|no clear difference)", figure.title
    )


@pytest.mark.parametrize(
    ("differences", "title"),
    [
        ([], "People waiting: 100 on average"),
        ([(9.0, 8.0, 10.0)], "People waiting: 9.0 more on average"),
        ([(-9.0, -19.0, 10.0)], "People waiting: no clear difference"),
        ([(0.01, 0.005, 0.02)], "People waiting: much the same"),
        ([(9.0, 8.0, 10.0), (-12.0, -14.0, -10.0)], "People waiting: 12.0 fewer with world 2"),
        ([(9.0, 8.0, 10.0), (-12.0, -34.0, 10.0)], "People waiting: 9.0 more with world 1"),
        ([(1.0, -8.0, 10.0), (-12.0, -34.0, 10.0)], "People waiting: no clear difference"),
    ],
)
def test_the_title_of_a_chart_says_what_its_run_says(differences: list[tuple[float, ...]], title: str) -> None:
    """Of one world its mean, of two their difference, of many the largest that is clear."""
    found = saved([fact("m")], {}, {"m": (0.0, 0.0, 0.0)})
    found.worlds[1:] = [replace(OTHER, name=f"w{n}", label=f"World {n}") for n in range(1, len(differences) + 1)]
    for world, (mean, low, high) in zip(found.worlds[1:], differences, strict=True):
        found.differences[world.name, "m"] = {"mean": mean, "low": low, "high": high}
    assert charted(found, "People waiting", "m") == title
    assert len(title.split()) <= WORDS


def test_a_line_that_peaks_below_the_headline_says_why() -> None:
    """The mean of each year's own worst week is above the highest week of the median."""
    found = Saved(Path(__file__).parents[3] / "docs" / "examples" / "winter")
    (figure,) = (one for one in figures(found) if one.id == "chart-ready-for-discharge")
    worst = [found.measures[world.name, "ready_worst_week"]["mean"] for world in found.worlds]
    peaks = [max(float(row[column]) for row in figure.rows) for column in (1, 3)]
    assert all(f"{one:.1f} in " in figure.notes[0] for one in worst)
    assert all(one > peak for one, peak in zip(worst, peaks, strict=True))
    assert not [one.id for one in figures(found) if one.notes and one.id != figure.id]


def test_one_who_is_held_up_is_said_to_be_later_even_where_the_order_calls_that_better() -> None:
    """Home care from day 20 in the one world; in the other still in reablement, begun ten days later."""
    about = {"scenario": "busy", "journey": "1", "from": "care_at_home", "to": "short_term_help", "turn": "better",
             "share": "0.5", "attributes": "age 85_plus", "when": "", "caused_by_waiting": ""}  # fmt: skip
    ways = {
        "base": [("Reablement", 5.0, "starts at once"), ("Reablement", 20.0, "ends after 15 days; on to Home care"),
                 ("Home care", 20.0, "starts at once")],
        "busy": [("Reablement", 15.0, "starts, after a wait of 10 days")],
    }  # fmt: skip
    rows = [
        about | {"world": name, "step": str(step), "day": str(day), "title": title, "words": words}
        for name, way in ways.items()
        for step, (title, day, words) in enumerate(way, start=1)
    ]
    cells = [outcome("both", "care_at_home", "short_term_help", "better", 9.0, 9.0)]
    (found,) = lives(saved([], {"outcomes": cells, "journeys": rows}, {}))
    (figure,) = found.journeys
    assert figure.title == "10 days later, yet counted as better: in short-term help"
    assert figure.notes == ("Reablement, the last stop that both ways come to, is reached 10 days later in busy.",)
    for row in rows:
        row["turn"] = "worse"
    (figure,) = lives(saved([], {"outcomes": cells, "journeys": rows}, {}))[0].journeys
    assert figure.title == "Worse: care at home becomes in short-term help"


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([("near", 110.0, "inside", "1"), ("far", 500.0, "outside", "0"), ("low", 1.0, "outside", "1")],
         "The line furthest from what is published (2 are outside, and this one has no say): far, 500 (499 to 501) in "
         "base for 100 days, +400% (grade A)."),
        ([("low", 40.0, "outside", "1")],
         "The line furthest from what is published (1 is outside): low, 40 (39 to 41) in base for 100 days, \u221260% "
         "(grade A)."),
        ([("near", 110.0, "inside", "1"), ("far", 500.0, "unsure", "1")], ""),
    ],
)  # fmt: skip
def test_the_worst_fit_is_named_among_what_matters_most(lines: list[tuple[str, float, str, str]], said: str) -> None:
    rows = [
        {"scenario": "base", "title": title, "unit": "days", "target": "100", "simulated": str(value),
         "low": str(value - 1), "high": str(value + 1), "verdict": verdict, "required": required, "grade": "A"}
        for title, value, verdict, required in lines
    ]  # fmt: skip
    told = caveats(saved([], {"fit": rows}, {}), SimpleNamespace(assumed=1, numbers=2, ranged=1))  # type: ignore[arg-type]
    assert len(told) == 3
    assert (told[0] == said) if said else not any("furthest" in one for one in told)


def test_what_lies_across_is_told_where_it_is() -> None:
    found = saved([], {}, {})
    assert across(found) == ""
    tracks = {"hospital": "one line lies across, hospital", "crisis": "two lines lie across, hospital and crisis"}
    for track, words in tracks.items():
        more = [*found.worlds[1].stations, {**STATIONS[0], "id": track, "track": track}]
        found.worlds[1] = replace(found.worlds[1], stations=more)
        assert across(found) == f"; {words}"


@pytest.mark.parametrize(
    ("id", "words"),
    [("care_home_18_64", "care home, 18 to 64"), ("live_in_care", "live-in care"), ("18_64", "18 to 64"),
     ("85_plus", "85 and over")],
)  # fmt: skip
def test_an_id_as_people_say_it(id: str, words: str) -> None:
    assert worded(id) == words


@pytest.mark.parametrize("thing", ["hospital", "hub", "council", "home", "bed", "care_home"])
def test_what_people_ready_to_leave_wait_for_is_said_in_words(thing: str) -> None:
    moved = month(f"ready.{thing}", "2026-05", 31.0, 50.0, 5.0, 1.0)
    named = warnings(saved([], {"over_time": [moved]}, {}))[0].table.rows[0][0]
    assert re.fullmatch(r"People ready to leave hospital, waiting for (an?|the|help) [a-z -]+", named)


def test_a_search_on_a_measure_of_a_station_names_it(tmp_path: Path) -> None:
    about = {"vary": "workforce.callers.posts", "until": "clerk.waiting <= 4", "today": "1", "least": True, "seed": 1,
             "replications": 10, "answer": {"value": 2.0, "written": "2", "low": 2.0, "high": 2.0}}  # fmt: skip
    (tmp_path / "manifest.json").write_text(json.dumps({"kind": "size", "versions": {"traintracks": "0.1.0"}}))
    (tmp_path / "size.json").write_text(json.dumps(about))
    (tmp_path / "tried.csv").write_text(
        "value,written,id,mean,low,high,reached\n1,1,clerk.waiting,9,8,10,0\n2,2,clerk.waiting,3,2,4,1\n"
    )
    page = rebuild(tmp_path).read_text("utf-8")
    assert "Clerk: waiting. Dot: mean." in page
    assert "What was tried" not in page
    assert ", . " not in page


def test_flows_of_stops_that_one_world_lacks_explain_nothing() -> None:
    facts = [fact("waiting_assessment"), fact("a"), fact("b")]
    flows = [{"scenario": "base", "from": "gone", "to": "assessment", "people": "500"}]
    differences = {"waiting_assessment": (-20.0, -25.0, -15.0), "a": (9.0, 8.0, 10.0), "b": (9.0, 8.0, 10.0)}
    (note,) = surprises(saved(facts, {"flows": flows}, differences))
    assert note.endswith("go the other way. The flows do not explain this.")
    (note,) = surprises(saved(facts, {"flows": flows, "boulders": [{"id": "m"}]}, differences))
    assert note.endswith("stands under What each boulder costs.")


@pytest.mark.parametrize(("replications", "said"), [(5, "; from 5 replications that range is rough"), (20, "")])
def test_a_range_from_few_years_is_called_rough(replications: int, said: str) -> None:
    found = saved([fact("m")], {}, {"m": (9.0, 8.0, 10.0)}, replications)
    assert rough(found) == said
    assert headlines(found)[0].note.endswith(f"percentile){said}.")
