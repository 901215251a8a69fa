"""What a person can mend is told in one line: by its class, which the command line knows without importing the rest."""

import pytest

from calibration.targets import TargetsError
from sim.cli.main import _explain, main
from sim.experiment.folder import FolderError
from sim.experiment.goal import SizeError
from sim.experiment.worlds import Mismatch
from sim.measures.journey import NobodyFound
from sim.scenario.explain import Unknown
from sim.scenario.starter import NotWritten
from sim.world import Exploded

KINDS = [FolderError, Mismatch, NobodyFound, NotWritten, SizeError, TargetsError, Unknown]


@pytest.mark.parametrize("kind", KINDS)
def test_a_mistake_is_told_as_it_is(kind: type[Exception], capsys: pytest.CaptureFixture[str]) -> None:
    assert _explain(kind("there is no such thing")) == 2
    assert capsys.readouterr().err == "there is no such thing\n"


def test_a_queue_without_end_leads_to_check(capsys: pytest.CaptureFixture[str]) -> None:
    assert _explain(Exploded("the queue has no end")) == 1
    assert capsys.readouterr().err.splitlines() == [
        "the queue has no end",
        "traintracks check SCENARIO shows what each team and pool is asked for.",
    ]


def test_an_unknown_option_lists_those_of_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["size", "baseline", "--between", "1"])
    told = capsys.readouterr().err
    assert stopped.value.code == 2
    assert told.startswith("No such option: --between; known: --vary, --until, --from, --to, --step,")
    assert told.endswith("(traintracks size --help shows what can be typed)\n")
