"""Bad input: where it is, what is wrong, what is allowed, and what was probably meant; all of it at once."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sim.scenario import ScenarioError, load

GOOD = """\
title: One desk
demand:
  callers: {rate: 20/day}
doors:
  callers: desk
teams:
  desk_staff: {workers: 3, calendar: office_hours}
pools:
  beds: {capacity: 5}
stations:
  desk: {kind: task, team: desk_staff, effort: {dist: exponential, mean: 20 min}, next: {ward: 0.5, served: rest}}
  ward: {kind: stay, pool: beds, length: 28 days, next: served}
  served: {kind: exit}
run: {length: 365 days}
"""


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def said(text: str | bytes, *sets: str) -> list[str]:
    path = Path("it.yaml")
    if isinstance(text, bytes):
        path.write_bytes(text)
    else:
        path.write_text(text)
    with pytest.raises(ScenarioError) as raised:
        load("./it.yaml", sets)
    return [line.removeprefix("it.yaml:").removeprefix("it.yaml") for line in str(raised.value).splitlines()]


def test_what_these_tests_spoil_is_sound() -> None:
    Path("it.yaml").write_text(GOOD)
    assert load("./it.yaml").title == "One desk"


@pytest.mark.parametrize(("old", "new", "message"), [
    # unknown or misspelt key
    ("workers: 3", "wrokers: 3",
     "7:16: teams.desk_staff.wrokers: `wrokers` is not known here; "
     "known: `calendar`, `workers`, `reserved`, `priority`, `head_start`, `evidence` or `note`; "
     "did you mean `workers`?"),
    ("title: One desk", "titel: One desk",
     "1:1: titel: `titel` is not known here; known: `kind`, `title`, `summary`, `illustrative`, `evidence`, "
     "`time_unit`, `population`, `note`, `people`, `demand`, `doors`, `routes`, `stations`, `teams`, `staffing`, "
     "`discharge_pull`, `workforce`, `pools`, `market`, `costs`, `events`, `profiles`, `calendars`, `stock`, `base`, "
     "`apply`, `changes` or `run`; "
     "did you mean `title`?"),
    # what people call it elsewhere
    ("workers: 3", "servers: 3",
     "7:16: teams.desk_staff.servers: `servers` is not known here; "
     "known: `calendar`, `workers`, `reserved`, `priority`, `head_start`, `evidence` or `note`; "
     "did you mean `workers`?"),
    ("kind: task", "kind: tusk",
     "11:16: stations.desk.kind: `tusk` is not a kind; known: `task`, `stay`, `sourcing`, `package` or `exit`; "
     "did you mean `task`?"),
    ("dist: exponential", "dist: exponental",
     "11:55: stations.desk.effort: `exponental` is not a known distribution; known: `constant`, `exponential`, "
     "`lognormal`, `gamma`, `erlang`, `weibull`, `normal`, `beta`, `poisson`, `triangular`, `uniform`, `discrete`, "
     "`empirical` or `mixture`; did you mean `exponential`?"),
    # wrong type
    ("workers: 3", "workers: three",
     "7:25: teams.desk_staff.workers: `three` is not a number; write a number such as `12`"),
    ("workers: 3", "workers: [3]",
     "7:25: teams.desk_staff.workers: a list is not a number; write a number such as `12`"),
    ("{workers: 3, calendar: office_hours}", "3",
     "7:15: teams.desk_staff: `3` is not a mapping; "
     "it has keys: `calendar`, `workers`, `reserved`, `priority` or `head_start`"),
    ("pool: beds", "pool: 7", "12:28: stations.ward.pool: `7` is not a name; write the id of one of `pools`"),
    ("run: {length: 365 days}", "run: {length: 365 days, replications: 2.5}",
     "14:39: run.replications: `2.5` is not a whole number; write one such as `20`"),
    # missing unit
    ("length: 28 days", "length: 28", "12:42: stations.ward.length: `length: 28` has no unit; write `28 days`"),
    ("rate: 20/day", "rate: 20", "3:19: demand.callers.rate: `rate: 20` has no unit; write `20/year` or `20/week`"),
    # number out of bounds
    ("ward: 0.5", "ward: 1.5",
     "11:96: stations.desk.next.ward: `1.5` is too large; allowed: at least 0 and at most 1"),
    ("length: 28 days", "length: -28 days",
     "12:42: stations.ward.length: `-28 days` is too small; allowed: at least 0"),
    ("rate: 20/day", "rate: {value: 20/day, range: [25/day, 30/day]}",
     "3:42: demand.callers.rate.range: the value lies outside its range; widen the range or move the value"),
    # route to nowhere
    ("ward: 0.5", "wrad: 0.5",
     "11:90: stations.desk.next.wrad: there is no `wrad` in `stations`; known: `desk`, `served` or `ward`; "
     "did you mean `ward`?"),
    ("callers: desk", "callers: dsek",
     "5:12: doors.callers: there is no `dsek` in `stations`; known: `desk`, `served` or `ward`; did you mean `desk`?"),
    ("next: served}", "next: ward}", "12:9: stations.ward: nobody can leave from `ward`; "
     "let `next` or an event lead to a station of kind `exit`"),
    # shares that do not sum to one
    ("{ward: 0.5, served: rest}", "{ward: 0.5, served: 0.4}",
     "11:89: stations.desk.next: the shares sum to 0.9; they sum to 1, or one of them is `rest`"),
    # duplicate key
    ("pools:", "teams:", "8:1: `teams` is given twice; the first is in line 6: keep one"),
    # object tag
    ("title: One desk", "title: !!python/object/apply:os.system [ls]",
     "1:8: `!!python/object/apply:os.system` is a tag; tags are not part of the language: leave it out"),
    # not YAML
    ("callers: desk", "callers: 'desk", None),
    ("  callers: desk", "\tcallers: desk", None),
])  # fmt: skip
def test_one_mistake(old: str, new: str, message: str | None) -> None:
    assert old in GOOD
    found = said(GOOD.replace(old, new))
    if message is None:
        assert len(found) == 1
        assert "this is not valid YAML" in found[0]
    else:
        assert message in found


def test_an_alias_bomb() -> None:
    bomb = "a: &a [x, x]\n" + "".join(f"{b}: &{b} [*{a}, *{a}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    found = said(bomb)
    assert found[0] == "1:4: `&a` is an anchor; anchors are not part of the language: leave it out"
    assert found[2] == "2:8: `*a` is an alias; aliases are not part of the language: write it out"
    assert len(found) == 9 + 16


def test_an_empty_file() -> None:
    assert said("") == [" the file is empty; a scenario starts with `title:`"]
    assert said("# nothing yet\n") == [" the file is empty; a scenario starts with `title:`"]


def test_a_list_is_no_scenario() -> None:
    assert said("- title\n") == ["1:1: the file holds a list; a scenario is a mapping, such as `title: My place`"]


def test_a_directory() -> None:
    Path("it.yaml").mkdir()
    with pytest.raises(ScenarioError) as raised:
        load("./it.yaml")
    assert str(raised.value) == "it.yaml: this is a folder; name one file that ends in .yaml"


def test_no_such_file() -> None:
    with pytest.raises(ScenarioError) as raised:
        load("./other.yaml")
    assert str(raised.value) == "other.yaml: there is no such file"


@pytest.mark.parametrize("junk", [bytes(range(256)) * 4, b"\x7fELF\0\0\0\0", b"\xff\xfe\x00t", b"a: \x00"])
def test_binary_junk(junk: bytes) -> None:
    found = said(junk)
    assert found == [" this is not a text file; a scenario is YAML text in UTF-8"]


def test_a_shipped_name_misspelt() -> None:
    with pytest.raises(ScenarioError) as raised:
        load("basline")
    assert str(raised.value).startswith("basline: there is no shipped `basline`; shipped: ")
    assert str(raised.value).endswith("did you mean `baseline`?")


def test_a_file_named_without_its_dot() -> None:
    Path("it").write_text(GOOD)
    with pytest.raises(ScenarioError) as raised:
        load("it")
    assert str(raised.value) == "it: there is no shipped `it`; for the file of that name write `./it`"


def test_an_unknown_path_in_changes() -> None:
    assert said(GOOD + "changes: {teams.desk_staf.workers: 4}\n") == [
        "15:11: teams.desk_staf.workers: there is no `desk_staf` in `teams`; known: `desk_staff`; "
        "did you mean `teams.desk_staff.workers`?"
    ]


@pytest.mark.parametrize(("path", "meant"), [
    ("market.home_care.churn", "market.home_care.closures"), ("market.home_care.block", "market.home_care.hours"),
    ("pools.acute_beds.block", "pools.acute_beds.capacity"),
    ("workforce.social_worker.turnover", "workforce.social_worker.leavers"),
])  # fmt: skip
def test_what_the_field_calls_it_leads_to_the_word_of_the_language(path: str, meant: str) -> None:
    with pytest.raises(ScenarioError, match=f"did you mean `{re.escape(meant)}`"):
        load("baseline", [f"{path}=1"])


def test_a_calendar_that_is_built_in_is_not_changed() -> None:
    with pytest.raises(
        ScenarioError, match="`office_hours` is built in, and stays as it is; write a calendar of your own"
    ):
        load("baseline", ["calendars.office_hours.days=[mon]"])


def test_an_unknown_path_in_set() -> None:
    assert sorted(said(GOOD, "stations.desk.efort.mean=3 h", "run.lenght=9 days", "nonsense")) == [
        "--set nonsense: there is no `path=value` here; write `--set run.replications=5`",
        "--set run.lenght=9 days: run.lenght: `lenght` is not known here; known: `start`, `length`, `warm_up`, "
        "`replications`, `seed`, `decision`, `most_waiting`, `joint`, `evidence` or `note`; did you mean `length`?",
        "--set stations.desk.efort.mean=3 h: stations.desk.efort.mean: there is no `efort` in `stations.desk`; "
        "known: `track`, `title`, `counts_as`, `next`, `waiting`, `while_here`, `need`, `sets`, `stream`, `room`, "
        "`when_full`, `transfer` and 8 more; did you mean `stations.desk.effort.mean`?",
    ]


def test_conflicting_overlays() -> None:
    for name in ("calm", "storm"):
        Path(f"{name}.yaml").write_text(
            f"kind: pressure\ntitle: {name}\nchanges:\n  stations.ward.length: {len(name)} days\n"
        )
    assert said(GOOD + "apply: {./storm.yaml: {}, ./calm.yaml: {}}\n") == [
        "storm.yaml:4:3: stations.ward.length: this and calm.yaml:4 both set `stations.ward.length`; "
        "settle it under `changes:` of the scenario"
    ]


def test_all_is_told_at_once_in_the_order_of_the_file() -> None:
    spoilt = (
        GOOD.replace("rate: 20/day", "rate: 20")
        .replace("callers: desk", "callers: dsek")
        .replace("workers: 3", "wrokers: 3")
        .replace("served: rest", "served: 0.4")
        .replace("length: 28 days", "length: -1 days, evidence: P97x")
        .replace("365 days}", "365 days, warm_up: soon}")
    )
    lines = said(spoilt + "changes: {pools.beds.capcity: 4}\n", "teams.desk_staff.workers=many")
    assert [line.split(":")[0] for line in lines if not line.startswith("--set")] == [
        "3", "5", "7", "11", "12", "12", "14", "15"
    ]  # fmt: skip
    assert [line for line in lines if line.startswith("--set")] != []


def test_problems_read_aloud() -> None:
    """No word of the machine: no traceback, class name, or None in anything said above."""
    lines = said(GOOD.replace("rate: 20/day", "rate: ").replace("workers: 3", "workers: {range: [1]}"))
    assert lines == [
        "3:19: demand.callers.rate: nothing is written here; write a rate such as `9200/year` or `0.01/week`",
        "7:25: teams.desk_staff.workers: there is no `value` here; write a number such as `12`",
    ]


@pytest.mark.parametrize(
    "number", ["1e999", "1e308 years", "9" * 200, "'" + "9" * 9000 + "'", "1e99999999", "-1e999/day"]
)
def test_a_number_beyond_all_bounds(number: str) -> None:
    for old in ("28 days", "20/day", "workers: 3"):
        new = number if old != "workers: 3" else f"workers: {number}"
        assert len(said(GOOD.replace(old, new))) == 1


def test_what_is_not_a_file() -> None:
    with pytest.raises(ScenarioError, match="this is not a file"):
        load("/dev/zero")


@pytest.mark.parametrize(
    "name", ["~nobody/x.yaml", "./" + "x" * 5000 + ".yaml", "x" * 5000, "../base", "", "./\0.yaml"]
)
def test_names_that_no_file_has(name: str) -> None:
    with pytest.raises(ScenarioError):
        load(name)


@pytest.mark.parametrize(("line", "message"), [
    ("apply: {./none.yaml: {}}", "3:9: there is no file `./none.yaml`; a path counts from this file's folder"),
    ("changes: {workforce.broker.posts: {ad: 3}}",
     "3:36: workforce.broker.posts: `ad` is not a change; a change is a value, or `new`, `multiply`, `add` or "
     "`divert`; did you mean `add`?"),
    ("changes: {people.need.contacts.independent.complex: 0.3}",
     "3:11: people.need.contacts.independent.complex: `people.need.contacts.independent` has nothing below it; "
     "end the path there"),
])  # fmt: skip
def test_a_mistake_in_a_what_if(tmp_path: Path, line: str, message: str) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(f"title: Mine\nbase: [baseline]\n{line}\n")
    with pytest.raises(ScenarioError) as caught:
        load(str(file))
    assert [problem.removeprefix(f"{file.as_posix()}:") for problem in str(caught.value).splitlines()] == [message]


def test_a_shipped_name_by_its_last_part() -> None:
    with pytest.raises(ScenarioError, match="did you mean `pressures/winter`"):
        load("wintr")


# The rest of the list


PEOPLE = GOOD.replace(
    "run: {length: 365 days}",
    "people:\n  need: {order: [low, high], low: 0.6, high: rest}\n"
    "run: {start: 2026-04-01, length: 365 days, warm_up: 30 days}",
)
SPAN = "the run goes from 2026-03-02 (day -30) to 2027-03-31 (day 364), the warm-up among it"
BEDS = "kind: pressure\nchanges:\n  pools.beds.capacity: {add: -2}\n"


def test_a_station_that_nobody_can_get_to() -> None:
    assert said(GOOD.replace("{ward: 0.5, served: rest}", "served")) == [
        "12:9: stations.ward: nobody can get to `ward`; no door, `next`, event or stock leads here"
    ]


def test_two_bases_that_give_one_leaf() -> None:
    Path("a.yaml").write_text("kind: place\npools:\n  beds: {capacity: 5}\n")
    Path("b.yaml").write_text("kind: place\npools:\n  beds: {capacity: 7}\n")
    lines = said("title: x\nbase: [./a.yaml, ./b.yaml]\nrun: {length: 9 days}\n")
    assert lines[0] == (
        "b.yaml:3:10: pools.beds.capacity: this is given twice, here and in a.yaml:3:20; "
        "two bases may not give the same value: leave one out"
    )


def test_two_operating_models_are_told_apart_in_a_line_and_nothing_else_is_said() -> None:
    bases = "places/hull, costs/england-2024-25, operating-models/hull-tracks, operating-models/traditional"
    (line,) = said(f"title: x\nbase: [{bases}]\nrun: {{start: 2026-04-01, length: 9 days}}\n")
    assert re.fullmatch(
        r"operating-models/traditional.yaml: base: this gives \d{3} of the values that "
        r"operating-models/hull-tracks.yaml gives too; two bases may not give the same value: leave one out",
        line,
    )


@pytest.mark.parametrize(("when", "message"), [
    ("{from: 2031-01-01}", f"`from: 2031-01-01` lies outside the run; {SPAN}"),
    ("{from: 2020-01-01, until: 2020-06-01}", f"`until: 2020-06-01` lies outside the run; {SPAN}"),
    ("{from: day 365}", f"`from: day 365` lies outside the run; {SPAN}"),
    ("{until: day -31}", f"`until: day -31` lies outside the run; {SPAN}"),
])  # fmt: skip
def test_a_date_outside_the_run(when: str, message: str) -> None:
    lines = said(PEOPLE + f"changes:\n  pools.beds.capacity: {{add: 2, when: {when}}}\n")
    assert lines == [f"18:39: pools.beds.capacity.when: {message}"]


@pytest.mark.parametrize("when", [
    "{from: day 364}", "{until: day -29}", "{from: 2020-01-01}", "{until: 2031-01-01}", "{from: 12-01, until: 02-28}",
])  # fmt: skip
def test_a_date_that_reaches_into_the_run_is_sound(when: str) -> None:
    Path("it.yaml").write_text(PEOPLE + f"changes:\n  pools.beds.capacity: {{add: 2, when: {when}}}\n")
    assert load("./it.yaml").pools["beds"].capacity.changes


def on_top(text: str) -> list[str]:
    """What is said of a scenario on the one above, with an overlay at hand."""
    Path("base.yaml").write_text(PEOPLE)
    return said(f"title: On top\nbase: [./base.yaml]\n{text}")


def test_an_overlay_that_would_never_be_in_force() -> None:
    Path("fewer.yaml").write_text(BEDS)
    assert on_top("apply:\n  ./fewer.yaml: {from: 2031-01-01}\n") == [
        f"4:17: when: `from: 2031-01-01` lies outside the run; {SPAN}"
    ]
    Path("fewer.yaml").write_text(BEDS.replace("changes:", "when: {from: 2031-01-01}\nchanges:"))
    assert on_top("apply: {./fewer.yaml: {}}\n") == [
        f"fewer.yaml:2:7: when: `from: 2031-01-01` lies outside the run; {SPAN}"
    ]


def test_a_change_that_ends_before_any_starts() -> None:
    assert on_top("changes:\n  pools.beds.capacity: {add: 2, when: {until: 2026-03-20}}\n") == [
        "4:39: pools.beds.capacity.when: `until: 2026-03-20` comes before anything changes; "
        "changes start at `run.decision`, 2026-04-01: write a later date, or use `--steady`"
    ]


def test_a_decision_outside_the_run() -> None:
    assert said(PEOPLE, "run.decision=2031-01-01") == [
        f"--set run.decision=2031-01-01: run.decision: `decision: 2031-01-01` lies outside the run; {SPAN}"
    ]


def test_an_overlay_that_pushes_a_number_out_of_bounds() -> None:
    Path("fewer.yaml").write_text(BEDS)
    assert on_top("apply: {./fewer.yaml: {level: 4}}\n") == [
        "fewer.yaml:3:3: pools.beds.capacity: `fewer.yaml` at level 4 makes this -3, which is too small; "
        "allowed: at least 0"
    ]
    Path("fewer.yaml").write_text("kind: pressure\nchanges:\n  stations.desk.next.ward: {multiply: 1.6}\n")
    assert on_top("apply: {./fewer.yaml: {level: 3}}\n") == [
        "fewer.yaml:3:3: stations.desk.next.ward: `fewer.yaml` at level 3 makes this 1.4, which is too large; "
        "allowed: a share between 0 and 1"
    ]
    Path("fewer.yaml").write_text("kind: pressure\nchanges:\n  demand.callers.rate: {multiply: 0.5}\n")
    assert on_top("apply: {./fewer.yaml: {level: 3}}\n") == [
        "fewer.yaml:3:3: demand.callers.rate: `fewer.yaml` at level 3 makes this -3650/year, which is too small; "
        "allowed: at least 0"
    ]


@pytest.mark.parametrize(("table", "messages"), [
    ("{ward: 0.5}", ["11:89: stations.desk.next: the shares sum to 0.5; they sum to 1, or one of them is `rest`"]),
    ("{}", ["11:89: stations.desk.next: there are no shares here; they sum to 1, or one of them is `rest`"]),
    ("{ward: rest, served: rest}",
     ["11:102: stations.desk.next.served: `rest` is written twice; one option takes the rest"]),
    ("{ward: 1.0, desk: 0.5, served: rest}",
     ["11:89: stations.desk.next: the shares sum to 1.5; with `rest` they sum to at most 1"]),
    ("rest", ["11:89: stations.desk.next: `rest` is not a table of shares; "
              "write one id, or shares such as `{a: 0.4, b: rest}`"]),
    ("{ward: 0.5, rest: served}", ["11:101: stations.desk.next.rest: `rest` is a share, not an option; "
                                   "write the option and then `rest`, as in `{a: 0.4, served: rest}`"]),
    ("{ward: 0.5, rest: 0.5}", ["11:101: stations.desk.next.rest: `rest` is a share, not an option; "
                                "write the option and then `rest`, as in `{a: 0.4, b: rest}`"]),
])  # fmt: skip
def test_a_rest_that_is_missing_or_misused(table: str, messages: list[str]) -> None:
    assert said(GOOD.replace("{ward: 0.5, served: rest}", table)) == messages


def test_what_takes_the_rest_is_not_set() -> None:
    assert said(GOOD + "changes: {stations.desk.next.served: 0.4}\n") == [
        "15:11: stations.desk.next.served: `served` takes the rest; set, or divert from, the options beside it"
    ]
    assert said(GOOD.replace("workers: 3", "workers: rest")) == [
        "7:25: teams.desk_staff.workers: `rest` is not a number; write a number such as `12`"
    ]


@pytest.mark.parametrize(("by", "message"), [
    ("{by: need, low: 20 days}",
     "12:42: stations.ward.length: there is no row for `high`; write one for each, or `otherwise:`"),
    ("{by: need}", "12:42: stations.ward.length: `by` has no rows; write one for each level, or `otherwise:`"),
    ("{by: need, lwo: 20 days, otherwise: 9 days}",
     "12:53: stations.ward.length.lwo: `lwo` is not a level of `need`; known: `low` or `high`; did you mean `low`?"),
    ("{by: ned, low: 20 days, otherwise: 9 days}",
     "12:47: stations.ward.length.by: people have no attribute `ned`; known: `need`, `class`, `package`, `place` or "
     "`route`; did you mean `need`?"),
    ("{by: class, calls: 20 days}",
     "12:54: stations.ward.length.calls: `calls` is not a level of `class`; known: `callers`; did you mean `callers`?"),
])  # fmt: skip
def test_a_by_without_a_case(by: str, message: str) -> None:
    assert message in said(PEOPLE.replace("length: 28 days,", f"length: {by},"))


@pytest.mark.parametrize(("old", "new", "message"), [
    ("workers: 3", "workers: 18_64",
     "7:25: teams.desk_staff.workers: `18_64` is not a number; write a number such as `12`"),
    ("workers: 3", "workers: no", "7:25: teams.desk_staff.workers: `no` is not a number; write a number such as `12`"),
    ("length: 28 days", "length: 12:30",
     "12:42: stations.ward.length: `12:30` is not a time; write a time such as `20 min`, `3 h`, `28 days` or "
     "`6 weeks`"),
    ("length: 28 days", "length: 2026-12-01",
     "12:42: stations.ward.length: `2026-12-01` is not a time; write a time such as `20 min`, `3 h`, `28 days` or "
     "`6 weeks`"),
    ("pool: beds, length: 28 days,", "pool: beds, length: 28 days, keep_place: yes,",
     "12:63: stations.ward.keep_place: `yes` is not true or false; write `true` or `false`; did you mean `true`?"),
    ("  served: {kind: exit}", "  served: {kind: exit}\n  served: {kind: exit}",
     "14:3: `served` is given twice; the first is in line 13: keep one"),
])  # fmt: skip
def test_what_older_yaml_would_read_otherwise_is_told(old: str, new: str, message: str) -> None:
    assert old in GOOD
    assert said(GOOD.replace(old, new)) == [message]


def test_what_older_yaml_would_read_otherwise_is_as_written() -> None:
    text = (
        GOOD.replace("title: One desk", "title: no")
        .replace("workers: 3, calendar: office_hours", "workers: 010, calendar: mine")
        .replace("capacity: 5", "capacity: 1e3")
        .replace("run: {", "calendars:\n  mine: {from: 9:00, until: 17:30}\nrun: {start: 2026-12-01, ")
    )
    Path("it.yaml").write_text(text + "people:\n  age: {18_64: 0.5, 65_up: rest}\n")
    scenario = load("./it.yaml")
    assert (scenario.title, scenario.run.start, scenario.people["age"].order) == (
        "no",
        "2026-12-01",
        ("18_64", "65_up"),
    )
    assert scenario.teams["desk_staff"].workers is not None
    assert (scenario.teams["desk_staff"].workers.value, scenario.pools["beds"].capacity.value) == (10, 1000)
    assert (scenario.calendars["mine"].open, scenario.calendars["mine"].close) == (540, 1050)
