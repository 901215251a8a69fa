"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Sets = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="PATH=VALUE", help="One more change, as under `changes:`. May be repeated."),
]
Replications = Annotated[
    int | None, typer.Option("-n", "--replications", min=1, help="How often to run it; default the scenario's own.")
]
Seed = Annotated[int | None, typer.Option(help="Which luck; default the scenario's own.")]
Workers = Annotated[
    int | None, typer.Option(min=1, help="Processes to use; default all processors. Results do not depend on it.")
]
Out = Annotated[
    Path | None,
    typer.Option(help="Folder for the results: new, empty or an earlier run. Default: a new one in ./outputs."),
]
Json = Annotated[bool, typer.Option("--json", help="Print the summary as JSON and nothing else.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="Print only the folder of the results.")]
Open = Annotated[bool, typer.Option("--open", help="Open the report in the browser.")]
Steady = Annotated[bool, typer.Option("--steady", help="Changes hold from the beginning, not from the decision.")]
Primary = Annotated[
    str | None,
    typer.Option(
        metavar="MEASURE",
        help="The one measure that the comparison is judged by (docs/measures.md); default the first headline.",
    ),
]
Precision = Annotated[
    float | None,
    typer.Option(
        metavar="SHARE",
        help="Replications until half the width of every headline's interval is this share of the base's mean, such "
        "as 0.05; -n is then the pilot, by default 20.",
    ),
]
Uncertainty = Annotated[
    bool,
    typer.Option("--uncertainty", help="Draw every number that has a range, and say what that allows; takes longer."),
]
Resume = Annotated[
    bool, typer.Option("--resume", help="Go on with this command where it was stopped; anything else begins anew.")
]
Draws = Annotated[
    str, typer.Option(metavar="KxR", help="With --uncertainty: how many draws, and replications of each.")
]
