"""The closed forms themselves, on values that others have published or that can be had another way."""

from __future__ import annotations

import csv
from itertools import product
from math import exp, factorial, pi, sin
from pathlib import Path

import numpy as np
import pytest

from sim.verify import formulas

CLOSED_FORMS = Path(__file__).parents[1] / "validation" / "closed_forms.csv"


def closed_forms() -> list[dict[str, str]]:
    """Queues that others have published, with their exact results."""
    with CLOSED_FORMS.open(newline="") as rows:
        return list(csv.DictReader(rows))


@pytest.mark.parametrize(
    ("servers", "load", "lost"),
    [(1, 1.0, 0.5), (5, 5.0, 0.2849), (10, 4.461, 0.01), (20, 12.03, 0.01), (100, 84.06, 0.01)],
)
def test_erlang_b_as_in_the_tables(servers: int, load: float, lost: float) -> None:
    assert formulas.erlang_b(servers, load) == pytest.approx(lost, rel=1e-3)


def test_a_waiting_room_at_the_car_inspection() -> None:
    """GSTH example 2.5: three bays, room for four more, one car a minute, six minutes each."""
    queue = formulas.mmck(1.0, 1 / 6, 3, 7)
    found = (queue.queueing, queue.present, queue.stay, 60 * queue.lost)
    assert found == pytest.approx((3.09, 6.06, 12.3, 30.4), rel=6e-3)


def test_a_room_without_seats_is_erlang_b_and_a_large_one_erlang_c() -> None:
    assert formulas.mmck(5.0, 1.0, 5, 5).lost == pytest.approx(formulas.erlang_b(5, 5.0), rel=1e-12)
    large, endless = formulas.mmck(2.0, 1.0, 3, 200), formulas.mmc(2.0, 1.0, 3)
    assert (large.waits, large.wait, large.present) == pytest.approx((endless.waits, endless.wait, endless.present))


def test_county_hospital() -> None:
    """Hillier and Lieberman, Introduction to Operations Research, the County Hospital with priorities (hours).

    The book rounds on the way to the third of one doctor (0.889); the classes together wait as if there were none.
    """
    classes = (0.2, 0.6, 1.2)
    alone = formulas.cobham(classes, 3.0, 1)
    assert alone[:2] == pytest.approx((0.238, 0.325), abs=6e-4)
    assert np.dot(alone, classes) == pytest.approx(formulas.mmc(2.0, 3.0, 1).queueing)
    assert formulas.cobham(classes, 3.0, 2) == pytest.approx((0.029, 0.033, 0.048), abs=6e-4)


def test_one_class_has_no_priority() -> None:
    assert formulas.cobham([0.2], 0.1, 3) == pytest.approx([formulas.mmc(0.2, 0.1, 3).wait])


def test_fifty_agents() -> None:
    """Garnett, Mandelbaum and Reiman (2002), table 1: 48 calls a minute, a minute each, patience two minutes."""
    patient, impatient = formulas.mmc(48.0, 1.0, 50), formulas.erlang_a(48.0, 1.0, 0.5, 50)
    assert (60 * patient.wait, patient.queueing) == pytest.approx((20.8, 17.0), rel=0.03)
    assert (impatient.gives_up, 60 * impatient.wait, impatient.queueing) == pytest.approx((0.031, 3.7, 3.0), rel=0.03)


def test_boundless_patience_is_erlang_c_and_none_erlang_b() -> None:
    assert formulas.erlang_a(0.8, 1.0, 0.002, 1).waits == pytest.approx(formulas.erlang_c(1, 0.8), rel=0.02)
    assert formulas.erlang_a(5.0, 1.0, 1e7, 5).gives_up == pytest.approx(formulas.erlang_b(5, 5.0), rel=1e-4)


def test_one_server_with_exponential_and_constant_service() -> None:
    """Exponential is M/M/1; a constant service waits half as long."""
    alone = formulas.mmc(0.8, 1.0, 1).wait
    assert formulas.mg1_wait(0.8, 1.0, 1.0) == pytest.approx(alone) == 4.0
    assert formulas.mg1_wait(0.8, 1.0, 0.0) == pytest.approx(alone / 2)


def test_filling_up_and_a_sine() -> None:
    """Exponential stays: m (1 - exp(-t)) from empty; for a rate a + b sin(g t), Eick, Massey and Whitt (1993) (15)."""
    stay = formulas.exponential_survival(1.0)
    assert formulas.mginf(lambda u: np.full_like(u, 10.0), stay, 2.0, 0.0) == pytest.approx(10 * (1 - exp(-2)))
    g, t = 2 * pi, 30.3
    wave = 10 + 5 / (1 + g * g) * (sin(g * t) - g * np.cos(g * t))
    assert formulas.mginf(lambda u: 10 + 5 * np.sin(g * u), stay, t, 0.0) == pytest.approx(wave, rel=1e-7)


def test_the_integral_of_survival_is_the_mean() -> None:
    assert formulas.integral(formulas.lognormal_survival(25.0, 30.0), 0.0, 5000.0) == pytest.approx(25.0, rel=1e-4)
    assert formulas.poisson_below(2.0, 1) == pytest.approx(3 * exp(-2))


def test_the_cafe_flows() -> None:
    """Cold stall, hot stall, till: everyone pays, three in ten of the cold stall's go to the hot one first."""
    flows = formulas.traffic([0.3, 0.2, 0.0], [[0, 0.3, 0.7], [0, 0, 1.0], [0, 0, 0]])
    cafe = [row for row in closed_forms() if row["case"].startswith("Cafe")]
    assert flows == pytest.approx([float(row["lambda"]) for row in cafe])


def test_the_closed_forms_of_others() -> None:
    for row in closed_forms():
        queue = formulas.mmc(float(row["lambda"]), float(row["mu"]), int(row["c"]))
        theirs = [float(row[name]) for name in ("P_wait", "Lq", "Wq", "L", "W")]
        assert [queue.waits, queue.queueing, queue.wait, queue.present, queue.stay] == pytest.approx(theirs, abs=2e-5)


def enumerated(capacity: int, classes: list[tuple[float, int]]) -> list[float]:
    """Kaufman and Roberts by listing every state."""
    states = {
        state: np.prod([load**n / factorial(n) for n, (load, _) in zip(state, classes, strict=True)])
        for state in product(range(capacity + 1), repeat=len(classes))
        if sum(n * size for n, (_, size) in zip(state, classes, strict=True)) <= capacity
    }
    used = {s: sum(n * size for n, (_, size) in zip(s, classes, strict=True)) for s in states}
    total = sum(states.values())
    return [sum(w for s, w in states.items() if used[s] + size > capacity) / total for _, size in classes]


def test_amounts_in_one_pool() -> None:
    classes = [(2.0, 1), (1.5, 3), (0.5, 4)]
    assert formulas.kaufman_roberts(9, classes) == pytest.approx(enumerated(9, classes))
    assert formulas.kaufman_roberts(5, [(5.0, 1)]) == pytest.approx([formulas.erlang_b(5, 5.0)])


def test_floors_that_are_nothing_or_everything() -> None:
    """Without floors the classes are one; with all kept they are apart."""
    assert formulas.floors(6, [(2.0, 0), (3.0, 0)]) == pytest.approx([formulas.erlang_b(6, 5.0)] * 2)
    apart = [formulas.erlang_b(2, 2.0), formulas.erlang_b(4, 3.0)]
    assert formulas.floors(6, [(2.0, 2), (3.0, 4)]) == pytest.approx(apart)


def test_two_beds_in_line() -> None:
    """Hunt (1956): 2/3 for equal rates, the slower alone when the other is quick."""
    assert formulas.tandem_throughput(1.0, 1.0) == pytest.approx(2 / 3)
    assert formulas.tandem_throughput(1.0, 1e9) == pytest.approx(1.0)


def test_working_time_by_hand() -> None:
    """Nine to five, five days: Monday 9:00 is 0, Monday noon 3 h, the weekend 40 h, the next Monday at ten 41 h."""
    times = np.array([9 / 24, 0.5, 5.5, 6.9, 7 + 10 / 24, 0.9])
    hours = 24 * formulas.working_time(times, 9 / 24, 17 / 24, 5)
    assert hours.tolist() == pytest.approx([0, 3, 40, 40, 41, 8])


def test_too_much_load_is_refused() -> None:
    with pytest.raises(ValueError, match="no long run"):
        formulas.mmc(0.4, 0.1, 3)
