"""Agency staff, newly qualified people who go on, supervision, leavers who follow the load: by hand and by theory."""

from __future__ import annotations

import math
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from sim.scenario import ScenarioError, load, loads
from sim.scenario.nouns import MONTHS
from tests.verification.test_staff import in_post, level, staff

NEVER = "time_to_hire: 520 weeks"


def agency(run, role: str = "worker") -> np.ndarray:
    return level(run, f"role:{role}.agency")


def test_agency_staff_cover_vacant_posts_up_to_their_cap_and_work_as_those_in_post(simulate) -> None:
    (run,) = simulate(staff(f"worker: {{posts: 20, vacancy: 0.25, agency: 3, {NEVER}}}"), 1)
    assert set(in_post(run)) == {15}
    assert set(agency(run)) == {3}
    assert set(level(run, "team:office.slots")) == {18}


def test_there_are_no_more_of_them_than_vacant_posts(simulate) -> None:
    (run,) = simulate(staff(f"worker: {{posts: 20, vacancy: 0.1, agency: 9, {NEVER}}}"), 1)
    assert set(agency(run)) == {2}


def test_they_go_when_the_post_is_filled_and_come_on_the_first_of_a_month(simulate) -> None:
    """One who leaves in a month is covered from the next; a post filled sends an agency worker home that day."""
    role = "worker: {posts: 12, leavers: 0.8/year, time_to_hire: 10 weeks, agency: 12}"
    (run,) = simulate(staff(role, length="720 days"), 1)
    own, covered = in_post(run), agency(run)
    days = [date(2026, 4, 1) + timedelta(days=i) for i in range(720)]
    rises = [day for day, before, now in zip(days[1:], covered, covered[1:], strict=False) if now > before]
    assert len(rises) > 3
    assert {day.day for day in rises} == {1}
    assert (own + covered <= 12).all()
    assert (covered < 12 - own).any()
    firsts = np.array([day.day == 1 for day in days])
    assert (own + covered == 12)[firsts].all()


def test_nobody_from_an_agency_where_the_role_has_none(simulate) -> None:
    (run,) = simulate(staff(f"worker: {{posts: 20, vacancy: 0.25, {NEVER}}}"), 1)
    assert run.log.code("role:worker.agency") == -1


MANY = "worker: {{posts: 4000, vacancy: 0.10, leavers: 0.24/year, {never}, load_leavers: {strain}{more}}}"


def test_at_todays_load_as_many_leave_as_without_the_loop(simulate) -> None:
    """In the first month nothing has changed yet: the same people leave."""
    first = [in_post(simulate(staff(MANY.format(never=NEVER, strain=strain, more="")), 1)[0])[29] for strain in (0, 3)]
    assert first[0] == first[1]


def test_leavers_follow_the_load(simulate) -> None:
    """Nobody is hired: each month's hazard is the leavers' own times 1 + 3 x (load over that at the start - 1)."""
    (run,) = simulate(staff(MANY.format(never=NEVER, strain=3, more=""), length="365 days"), 1)
    found = in_post(run)
    expected, day = 3600.0, 0
    for month in range(12):
        length = [30, 31, 30, 31, 31, 30, 31, 30, 31, 31, 28, 31][month]
        load_now = 3600.0 / expected
        expected *= math.exp(-0.24 / 365 * length * (1 + 3 * (load_now - 1)))
        day += length
        assert found[min(day, 364)] == pytest.approx(expected, abs=4 * math.sqrt(3600 * 0.25 * (month + 1) / 12))


def test_the_loop_only_adds_leavers(simulate) -> None:
    without, with_loop = (
        in_post(simulate(staff(MANY.format(never=NEVER, strain=strain, more=""), length="300 days"), 1)[0])
        for strain in (0, 2)
    )
    assert (with_loop <= without).all()
    assert without[-1] - with_loop[-1] > 100


def test_agency_staff_take_the_load_off_those_in_post(simulate) -> None:
    """Each month's leavers are covered from the next month on: only their own month is felt."""
    without, covered, bare = (
        in_post(simulate(staff(MANY.format(never=NEVER, strain=strain, more=more), length="300 days"), 1)[0])[-1]
        for strain, more in ((0, ""), (5, ", agency: 4000"), (5, ""))
    )
    assert 0 <= without - covered < (without - bare) / 5


LEARNERS = (
    "worker: {{posts: 10, vacancy: {vacancy}, {never}}}, "
    "learner: {{posts: 4, becomes: worker, after: 60 days, time_to_hire: 30 days}}"
)


def two(roles: str, length: str = "200 days") -> str:
    return staff(roles, staffing="worker: office, learner: others_too", length=length).replace(
        "others: {workers: 1}", "others: {workers: 1}, others_too: {calendar: always}"
    ).replace("stations:", "stations:\n  aside: {kind: task, team: others_too, effort: 1 min, next: done}").replace(
        "doors: {cases: desk}", "doors: {cases: {desk: 0.5, aside: rest}}"
    )  # fmt: skip


def test_newly_qualified_people_go_on_as_posts_are_vacant_and_leave_a_vacancy(simulate) -> None:
    """Six in post and four vacancies nobody is hired to: the four learners fill them within 60 days of their year."""
    (run,) = simulate(two(LEARNERS.format(vacancy=0.4, never=NEVER)), 1)
    workers, learners = in_post(run), in_post(run, "learner")
    assert workers[0] in (6, 7)
    assert workers[60] == 10
    assert (np.diff(workers) >= 0).all()
    assert learners.min() < 4
    assert learners[-1] == 4


def test_who_goes_on_has_not_left(simulate) -> None:
    (run,) = simulate(two(LEARNERS.format(vacancy=0.4, never=NEVER)), 1)
    assert set(level(run, "role:learner.left")) == {0}


def test_leavers_are_counted(simulate) -> None:
    """Nobody is hired: who is no longer in post has left."""
    (run,) = simulate(staff(f"worker: {{posts: 400, leavers: 0.3/year, {NEVER}}}", length="300 days"), 1)
    left = level(run, "role:worker.left")
    assert left[-1] > 60
    assert (left + in_post(run) == 400).all()


def test_they_wait_where_they_are_until_there_is_a_post(simulate) -> None:
    (run,) = simulate(two(LEARNERS.format(vacancy=0, never=NEVER)), 1)
    assert set(in_post(run, "learner")) == {4}
    assert set(in_post(run)) == {10}


def test_their_number_and_those_gone_on_add_up(simulate) -> None:
    """Nobody leaves: each learner who goes on is one more worker, and every start is 30 days after a vacancy."""
    (run,) = simulate(two(LEARNERS.format(vacancy=0.4, never=NEVER)), 1)
    workers, learners = in_post(run), in_post(run, "learner")
    gone = [
        day
        for day in range(1, 200)
        if workers[day] > workers[day - 1]
        for _ in range(int(workers[day] - workers[day - 1]))
    ]
    come = [day for day in range(1, 200) if learners[day] > learners[day - 1]]
    assert set(come) <= {day + 30 for day in gone}


def test_whose_post_is_taken_away_goes_on_before_the_time(simulate) -> None:
    """Four learners, two from 1 May (day 30): two take posts of workers long before their year is over."""
    roles = (
        f"worker: {{posts: 10, vacancy: 0.4, {NEVER}}}, "
        "learner: {posts: {value: 4, profile: fewer}, becomes: worker, after: 10 years, time_to_hire: 30 days}"
    )
    text = two(roles, length="60 days").replace("profiles: {", "profiles: {fewer: {steps: {2026-05-01: 0.5}}, ")
    (run,) = simulate(text, 1)
    workers, learners = in_post(run), in_post(run, "learner")
    assert [*learners[:30], *learners[30:]] == [4] * 30 + [2] * 30
    assert (workers[30:] - workers[29] == 2).all()


def test_once_hiring_is_quicker_posts_already_vacant_are_filled_by_then(simulate) -> None:
    """Five vacancies that take ten years each; from 1 May (day 30) 20 days: all are filled by day 50."""
    role = "worker: {posts: 10, vacancy: 0.5, time_to_hire: {value: 3650 days, profile: quicker}}"
    text = staff(role, length="90 days").replace(
        "profiles: {", f"profiles: {{quicker: {{steps: {{2026-05-01: {20 / 3650}}}}}, "
    )
    (run,) = simulate(text, 1)
    assert in_post(run)[29] == 5
    assert set(in_post(run)[50:]) == {10}


def test_a_cohort_starts_in_its_month(simulate) -> None:
    """Hires by a month profile: all newly qualified people start in September."""
    role = "worker: {posts: 6, vacancy: 1, time_to_hire: 1 day, hires: {value: 0.5/month, profile: cohort}}"
    months = ", ".join(
        f"{m}: {12 if m == 'sep' else 0}"
        for m in ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
    )
    text = staff(role, length="360 days").replace("profiles: {", f"profiles: {{cohort: {{month: {{{months}}}}}, ")
    (run,) = simulate(text, 1)
    days = [date(2026, 4, 1) + timedelta(days=i) for i in range(360)]
    rises = {
        day.month for day, before, now in zip(days[1:], in_post(run), in_post(run)[1:], strict=False) if now > before
    }
    assert rises == {9}
    assert in_post(run)[-1] == 6


def test_supervision_takes_the_time_of_those_who_supervise(simulate) -> None:
    """Four who learn take 2.5 hours a week each from ten: 36 hours of 37 are left to each of the ten."""
    roles = "worker: {{posts: 10}}, learner: {{posts: 4{more}}}"
    speed = []
    for more in ("", ", supervised_by: worker, supervision: 2.5 h/week"):
        (run,) = simulate(two(roles.format(more=more), length="10 days"), 1)
        speed.append(level(run, "team:office.speed")[0])
        assert level(run, "team:office.slots")[0] == 10
    assert speed[1] / speed[0] == pytest.approx(36 / 37, abs=1 / 1024)


def test_sickness_has_a_winter_shape_by_a_profile(simulate) -> None:
    weights = (2, 2, 1, 0, 1, 1, 1, 0, 1, 1, 1, 1)
    months = ", ".join(f"{month}: {weight}" for month, weight in zip(MONTHS, weights, strict=True))
    role = "worker: {posts: 10, sickness: {value: 0.05, profile: winter}}"
    text = staff(role, length="300 days").replace("profiles: {", f"profiles: {{winter: {{month: {{{months}}}}}, ")
    (run,) = simulate(text, 1)
    speed = level(run, "team:office.speed")
    assert speed[280] / speed[10] == pytest.approx(0.90, abs=2 / 1024)


def said(text: str) -> str:
    Path("it.yaml").write_text(text)
    with pytest.raises(ScenarioError) as raised:
        load("./it.yaml")
    return str(raised.value)


def test_who_may_not_do_a_task_is_not_in_its_team(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    text = staff("worker: {posts: 4}, learner: {posts: 4}", staffing="worker: office, learner: office")
    limited = text.replace("team: office, effort", "team: office, done_by: [worker], effort")
    assert "stations.desk.done_by: `learner` works in `office` and may not do this; give them no share" in said(limited)
    Path("it.yaml").write_text(limited.replace("[worker]", "[worker, learner]"))
    assert load("./it.yaml").stations["desk"].done_by == ("worker", "learner")


@pytest.mark.parametrize(("role", "message"), [
    ("learner: {posts: 4, becomes: worker}", "there is no `after:` beside `becomes`"),
    ("learner: {posts: 4, supervision: 2 h/week}", "there is no `supervised_by:` beside `supervision`"),
    ("learner: {posts: 4, becomes: learner, after: 1 year}", "`learner` stands for itself here"),
    ("learner: {posts: 4, becomes: wroker, after: 1 year}", "did you mean `worker`?"),
])  # fmt: skip
def test_half_of_a_thing_is_not_written(
    role: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert message in said(two("worker: {posts: 10}, " + role))


def test_the_offered_load_counts_agency_staff_and_supervision(tmp_path: Path) -> None:
    path = tmp_path / "it.yaml"

    def asked(roles: str) -> float:
        path.write_text(two(roles))
        return next(one.capacity_a_year for one in loads.offered(load(str(path))) if one.thing == "office")

    plain = asked("worker: {posts: 10, vacancy: 0.2}, learner: {posts: 4}")
    assert asked("worker: {posts: 10, vacancy: 0.2, agency: 1}, learner: {posts: 4}") == pytest.approx(plain * 9 / 8)
    taught = asked(
        "worker: {posts: 10, vacancy: 0.2}, learner: {posts: 4, supervised_by: worker, supervision: 3.7 h/week}"
    )
    assert taught == pytest.approx(plain * (8 - 0.4) / 8)
