"""Money: sums made in each replication, so that every sum and every difference has its own interval."""

import pytest

from sim.report.money import money, outturn
from tests.unit.report.hand import fact, saved, spent


def test_money_by_payer_and_year() -> None:
    """Sums are made in each replication, so that what two costs have in common is in their interval once."""
    rows = []
    for n, luck in enumerate((-1e6, -1e6, 0.0, 1e6, 1e6)):
        for name, more in (("base", 0.0), ("busy", 1e6)):
            rows.append(spent(name, n, "home_care", "council", 3e6 + more, net=2e6 + luck, nhs_income=5e5))
            rows.append(spent(name, n, "care_home", "council", 3e6, net=2e6 - luck))
            rows.append(spent(name, n, "bed", "nhs", 7e6 + luck + (2 * luck if more else 0.0)))
    found = money(saved([fact("net_cost", unit="£ million a year", group="Money")], {"money": rows},
                        {"net_cost": (1.0, 0.5, 1.5)}))  # fmt: skip
    assert found is not None
    assert found.sentences[0].endswith("£1.0 million more than in base (95% interval £0.5 to £1.5 million more).")
    assert found.years is not None
    half, paired = 1.24166, 2 * 1.24166  # t of four degrees, 2.77645, times a deviation of 1 over the root of five
    assert list(found.years.rows) == [
        ("2026-27", "Council", "£4.00m (4.00 to 4.00)", "£4.00m (4.00 to 4.00)", "£0.00m (0.00 to 0.00)"),
        ("2026-27", "NHS", f"£7.50m ({7.5 - half:.2f} to {7.5 + half:.2f})",
         f"£7.50m ({7.5 - 3 * half:.2f} to {7.5 + 3 * half:.2f})", f"£0.00m (\u2212{paired:.2f} to +{paired:.2f})"),
    ], "what the NHS pays the council is a cost to the NHS"  # fmt: skip
    assert found.costs is not None
    assert found.costs.rows[0] == (
        "Home care", "Council", "cashable", "2024-25", "£3.00m (3.00 to 3.00)", "£4.00m (4.00 to 4.00)",
        "+£1.00m (+1.00 to +1.00)",
    )  # fmt: skip
    assert money(saved([fact("a")], {}, {"a": (0.0, 0.0, 0.0)})) is None


def test_money_kept_as_means_has_no_interval_and_is_still_told() -> None:
    rows = [spent("base", 0, "bed", "nhs", 7e6), spent("busy", 0, "bed", "nhs", 8e6)]
    for row in rows:
        del row["replication"]
    found = money(saved([fact("net_cost", group="Money")], {"money": rows}, {"net_cost": (1.0, 0.5, 1.5)}))
    assert found is not None
    assert found.years is not None
    assert list(found.years.rows) == [("2026-27", "NHS", "£7.00m", "£8.00m", "+£1.00m")]
    assert found.years.caption.endswith("Kept as means, without an interval.")


@pytest.mark.parametrize(("cost", "missing", "noted"), [(-1.0, 20.0, True), (-1.0, -20.0, False), (1.0, 20.0, False)])
def test_a_cost_that_falls_as_care_is_not_delivered_is_unmet_need(cost: float, missing: float, noted: bool) -> None:
    found = money(saved(
        [fact("net_cost", unit="£ million a year", group="Money"), fact("undelivered_home_care_hours")], {},
        {"net_cost": (cost, cost - 0.1, cost + 0.1),
         "undelivered_home_care_hours": (missing, missing - 1, missing + 1)},
    ))  # fmt: skip
    assert found is not None
    assert any("unmet need" in one for one in found.sentences) is noted
    assert any("20.0 more hours of care a week go undelivered (95% interval 19.0 to 21.0 more)" in one
               for one in found.sentences) is noted  # fmt: skip


def test_the_two_costs_behind_a_change_are_named_with_their_intervals() -> None:
    """The largest of those beyond chance, whichever way; what the NHS pays itself is none of the council's."""
    rows = []
    moved = {"home_care": -3e6, "care_home": 1e6, "day_care": -5e5, "chance": -9e6}
    for n in range(5):
        for name in ("base", "busy"):
            rows += [
                spent(
                    name,
                    n,
                    cost,
                    "council",
                    9e6,
                    net=8e6 + (name == "busy") * by * (n % 2 * 4 - 2 if cost == "chance" else 1),
                )
                for cost, by in moved.items()
            ]
            rows.append(spent(name, n, "bed", "nhs", 7e6 + (name == "busy") * 5e6))
    net = fact("net_cost", unit="£ million a year", group="Money")
    found = money(saved([net], {"money": rows}, {"net_cost": (-2.5, -3.0, -2.0)}))
    assert found is not None
    assert found.sentences[1] == (
        "What moves it most, net: home care £3.0 million less (95% interval too narrow to show) and care home £1.0 "
        "million more (95% interval too narrow to show)."
    )
    tie = money(saved([net], {"money": rows}, {"net_cost": (-2.5, -6.0, 1.0)}))
    assert tie is not None
    assert not any("moves it most" in one for one in tie.sentences)


def test_what_is_said_of_money_holds_council_nhs_both_and_cash() -> None:
    ids = ("nhs_cost", "public_cost", "cashable_cost")
    facts = [fact(id, unit="£ million a year", group="Money") for id in ids]
    said = outturn(saved(facts, {}, dict.fromkeys(ids, (2.0, 1.0, 3.0))), "The council spends less: unmet need.")
    interval = "£2.0 million more a year (95% interval £1.0 to £3.0 million more)"
    assert said.startswith(f"The council spends less: unmet need. For the NHS: {interval}")
    assert f"Both together: {interval}." in said
    assert f"cashable, whoever pays: {interval}." in said
