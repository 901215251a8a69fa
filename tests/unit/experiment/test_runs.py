"""Replications: the same bytes for any number of workers, the same people in every world."""

import csv
import hashlib
from pathlib import Path

import numpy as np
import pytest

from sim.experiment import FolderError, Mismatch, check_out, load_worlds, run, save, summary
from sim.experiment.intervals import summarise, t_intervals
from sim.experiment.kept import Kept
from sim.experiment.replication import Bench
from sim.scenario import Scenario, load
from sim.world import Exploded


def hashes(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


def test_one_worker_and_two_write_the_same_bytes(queue: Scenario, busier: Scenario, tmp_path: Path) -> None:
    found = []
    for workers in (1, 2):
        results = run([queue, busier], replications=5, seed=7, workers=workers)
        found.append(hashes(save(results, tmp_path / str(workers), command="traintracks compare")))
    del found[0]["manifest.json"], found[1]["manifest.json"]
    assert found[0] == found[1]
    assert {"daily.parquet", "spells.parquet", "people.parquet", "levels.parquet", "stations.csv"} < set(found[0])


def test_differences_are_paired_by_replication(queue: Scenario, busier: Scenario) -> None:
    results = run([queue, busier], replications=5, seed=1)
    base, other = (world.measures[:, 0] for world in results.worlds)
    name, measure = results.worlds[1].name, results.measures[0].id
    assert name == "examples/one-queue-changed"
    assert results.differences[name, measure].mean == pytest.approx(float(np.mean(other - base)))
    assert results.differences[name, measure].low > 0


def test_a_world_compared_with_itself_differs_in_nothing(queue: Scenario) -> None:
    results = run([queue, queue], replications=5, seed=1)
    for found in results.differences.values():
        assert (found.mean, found.low, found.high) == (0.0, 0.0, 0.0)


def test_a_longer_run_begins_with_the_shorter(queue: Scenario) -> None:
    few, more = (run([queue], replications=count, seed=3).worlds[0].measures for count in (2, 3))
    assert np.array_equal(few, more[:2])


def test_progress_is_told_from_none_to_all(queue: Scenario) -> None:
    told: list[tuple[int, int]] = []
    run([queue], replications=3, seed=1, progress=lambda done, total: told.append((done, total)))
    assert told == [(0, 3), (1, 3), (2, 3), (3, 3)]


@pytest.mark.parametrize("workers", [1, 2])
def test_a_queue_without_end_is_told_plainly(workers: int) -> None:
    endless = load("examples/one-queue", ("run.length=20000", "demand.callers.rate=3", "run.most_waiting=500"))
    with pytest.raises(Exploded, match="desk"):
        run([endless], replications=2, seed=1, workers=workers)


def test_worlds_of_different_length_cannot_be_compared() -> None:
    with pytest.raises(Mismatch, match="nothing to compare"):
        load_worlds("examples/one-queue", (), ())
    with pytest.raises(Mismatch, match="same time"):
        load_worlds("examples/one-queue", ("baseline",), ())


def test_the_base_with_a_change_is_an_alternative() -> None:
    base, other = load_worlds("examples/one-queue", (), ("demand.callers.rate=0.1",))
    assert base.demand["callers"].rate != other.demand["callers"].rate


def test_what_is_set_of_the_run_is_of_both_worlds() -> None:
    base, other = load_worlds("examples/one-queue", (), ("run.length=500", "demand.callers.rate=0.1"))
    assert base.run.length == other.run.length == 500.0
    assert base.demand["callers"].rate != other.demand["callers"].rate
    with pytest.raises(Mismatch, match="set something else too"):
        load_worlds("examples/one-queue", (), ("run.length=500",))


def test_the_summary_is_schema_1(queue: Scenario, busier: Scenario) -> None:
    content = summary(run([queue, busier], replications=5, seed=1))
    assert set(content) == {
        "schema", "kind", "seed", "replications", "scenarios", "measures", "differences", "primary"
    }  # fmt: skip
    assert content["schema"] == 1
    assert content["kind"] == "compare"
    assert set(content["measures"][0]) == {"id", "title", "unit", "scenario", "mean", "low", "high", "p5", "p95"}
    assert set(content["differences"][0]) == {
        "id", "base", "scenario", "mean", "low", "high", "verdict", "p", "p_holm", "correlation", "variance_ratio",
        "ceiling",
    }  # fmt: skip


def test_too_few_replications_give_nulls_not_ranges(queue: Scenario) -> None:
    first = summary(run([queue], replications=2, seed=1))["measures"][0]
    assert first["mean"] > 0
    assert first["low"] is first["high"] is first["p5"] is first["p95"] is None


def test_a_folder_that_is_not_a_run_is_refused(tmp_path: Path) -> None:
    (tmp_path / "thesis.docx").write_text("years of work")
    with pytest.raises(FolderError, match="thesis"):
        check_out(tmp_path)


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a place where nobody may write, root among them")
def test_a_place_where_nothing_can_be_made_is_known_beforehand_and_named_as_typed() -> None:
    for typed in ("/proc/x", "/proc/x/deeper", "/proc/version/x"):
        with pytest.raises(FolderError, match=f"^{typed} cannot be made"):
            check_out(Path(typed))


def test_looking_whether_a_folder_can_be_made_leaves_nothing_behind(tmp_path: Path) -> None:
    check_out(tmp_path / "deep" / "run")
    assert list(tmp_path.iterdir()) == []


def test_an_earlier_run_is_replaced_whole(queue: Scenario, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    save(run([queue, queue], replications=1, seed=1), folder, command="")
    save(run([queue], replications=1, seed=1), folder, command="")
    assert not (folder / "differences.csv").exists()
    (folder / "notes.txt").write_text("mine")
    with pytest.raises(FolderError, match="notes"):
        save(run([queue], replications=1, seed=1), folder, command="")


def test_nothing_half_written_is_left_behind(queue: Scenario, tmp_path: Path) -> None:
    def fail(folder: Path) -> None:
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        save(run([queue], replications=1, seed=1), tmp_path / "run", command="", finish=fail)
    assert list(tmp_path.iterdir()) == []


def test_a_run_may_be_kept_beside_the_next(queue: Scenario, tmp_path: Path) -> None:
    results = run([queue], replications=1, seed=1)
    names = [save(results, tmp_path / "run", command="", replace=False).name for _ in range(3)]
    assert names == ["run", "run-2", "run-3"]


def test_the_table_of_stations_has_means_intervals_and_notes(queue: Scenario, tmp_path: Path) -> None:
    results = run([queue], replications=6, seed=1)
    path = save(results, tmp_path / "out", command="traintracks run") / "stations.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    found = {(row["station"], row["class"], row["quantity"]): row for row in rows}
    assert len(found) == len(rows)
    assert all(row["note"] and row["value"] for row in rows)
    wait = found["desk", "", "wait_mean"]
    assert wait["unit"] == "minutes"
    assert float(wait["low"]) < float(wait["value"]) < float(wait["high"])
    shares = [float(row["value"]) for row in rows if row["quantity"].startswith("P(N=")]
    assert sum(shares) == pytest.approx(1, abs=1e-6)
    assert found["desk", "", "P(N<=0)"]["value"] == found["desk", "", "P(N=0)"]["value"]
    mean = sum(n * share for n, share in enumerate(shares))
    assert mean == pytest.approx(float(found["desk", "", "present"]["value"]), rel=1e-6)


def test_intervals_by_column_are_those_one_by_one() -> None:
    values = np.random.default_rng(1).normal(size=(8, 4))
    values[0, 1] = np.nan
    values[2:, 2] = np.nan
    for column, row in enumerate(zip(*t_intervals(values), strict=True)):
        found = summarise(values[:, column])
        assert row == pytest.approx((found.mean, found.low, found.high), nan_ok=True)


def test_what_is_kept_of_another_run_is_never_taken(queue: Scenario, busier: Scenario, tmp_path: Path) -> None:
    asked = [([queue], (1, 5)), ([queue], (2, 5)), ([busier], (1, 5)), ([queue, busier], (1, 5))]
    folders = [Kept(tmp_path / "run", *one).folder for one in asked]
    assert len(set(folders)) == 4
    assert Kept(tmp_path / "other", [queue], (1, 5)).folder == folders[0]


def test_a_job_that_is_kept_is_not_done_again(queue: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = Kept(tmp_path / "run", [queue], ())
    run([queue], replications=2, seed=1, kept=kept)
    whole = run([queue], replications=3, seed=1).worlds[0].measures
    done: list[int] = []
    once = Bench.run
    monkeypatch.setattr(Bench, "run", lambda bench, item: done.append(item) or once(bench, item))
    assert np.array_equal(run([queue], replications=3, seed=1, kept=kept).worlds[0].measures, whole)
    assert done == [2]
    kept.clear()
    assert list(tmp_path.iterdir()) == []
