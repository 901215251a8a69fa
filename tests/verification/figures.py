"""The figures of docs/verification.md: run, kept in docs/verification.json, and written into the page's tables.

``python tests/verification/figures.py [family] [published] [mutants]`` runs those parts, or all, in some minutes. A
test checks that the page shows what the file holds, and that the quick ones of the family still come out as kept.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PAGE, KEPT = ROOT / "docs" / "verification.md", ROOT / "docs" / "verification.json"
SEED = 1


def family() -> dict[str, Any]:
    """``traintracks verify`` with seed 1."""
    from sim.verify import judge

    verdict = judge.judge(judge.run(SEED, 2))
    assert verdict.credible, verdict.faults
    cases = [
        {key: getattr(f, key) for key in ("case", "quantity", "expected", "simulated", "half_width", "z")}
        for f in verdict.findings
    ]
    return {"cases": cases, "smallest_p": min(f.p for f in verdict.findings), "sum_of_z2": verdict.chi_square,
            "bounds": list(verdict.bounds)}  # fmt: skip


def published() -> list[dict[str, Any]]:
    """The IPACS queues, ours beside theirs."""
    from tests.validation import test_published as theirs

    rows = []
    for name, (mean, sd) in theirs.IPACS.items():
        queues = theirs.queues(name)
        rows.append({"case": name, "independent": mean, "sd": sd, "ours": float(queues.mean()),
                     "our_sd": float(queues.std(ddof=1)), "replications": len(queues)})  # fmt: skip
    return rows


def faults() -> dict[str, str]:
    """Each mutant and the first check that fails."""
    from concurrent.futures import ThreadPoolExecutor

    from tests.verification import mutants

    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(mutants.survives, mutants.MUTANTS))
    assert all(found), found
    return {f"{m.part}: {m.name}": str(said) for m, said in zip(mutants.MUTANTS, found, strict=True)}


def tables(figures: dict[str, Any]) -> dict[str, str]:
    """The generated parts of the page, by name."""
    rows = ["| case | quantity | theory | simulated | ± | z |", "|---|---|---:|---:|---:|---:|"]
    rows += [
        f"| {c['case']} | {c['quantity']} | {c['expected']:.4f} | {c['simulated']:.4f} | {c['half_width']:.4f} "
        f"| {c['z']:.2f} |"
        for c in figures["family"]["cases"]
    ]
    low, high = figures["family"]["bounds"]
    least, total = figures["family"]["smallest_p"], figures["family"]["sum_of_z2"]
    judged = f"smallest Holm-adjusted p {least:.2f}; sum of z² {total:.1f}, where chance gives {low:.1f} to {high:.1f}"
    rows += ["", f"Seed {SEED}: {judged}."]
    ipacs = ["| case | independent model (sd of a run) | Traintracks (sd of a run) |", "|---|---:|---:|"]
    ipacs += [
        f"| {r['case']} | {r['independent']:.1f} ({r['sd']:.1f}) | {r['ours']:.1f} ({r['our_sd']:.1f}) |"
        for r in figures["published"]
    ]
    mutants = ["| fault | first check that fails |", "|---|---|"]
    mutants += [f"| {fault} | `{check}` |" for fault, check in figures["mutants"].items()]
    mutants += ["", f"{len(figures['mutants'])} of {len(figures['mutants'])} caught."]
    return {"family": "\n".join(rows), "published": "\n".join(ipacs), "mutants": "\n".join(mutants)}


def filled(page: str, figures: dict[str, Any]) -> str:
    """The page with its generated parts."""
    for name, table in tables(figures).items():
        mark = re.compile(rf"(<!-- {name} -->\n).*?(<!-- end -->)", re.S)
        assert mark.search(page), name
        page = mark.sub(lambda found, table=table: f"{found[1]}{table}\n{found[2]}", page)
    return page


PARTS = {"family": family, "published": published, "mutants": faults}


def main() -> None:
    """Run the parts, keep the figures, fill the page."""
    sys.path.insert(0, str(ROOT))
    found = json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.exists() else {}
    for name in sys.argv[1:] or PARTS:
        found[name] = PARTS[name]()
    KEPT.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    if found.keys() == PARTS.keys():
        PAGE.write_text(filled(PAGE.read_text(encoding="utf-8"), found), encoding="utf-8")


if __name__ == "__main__":
    main()
