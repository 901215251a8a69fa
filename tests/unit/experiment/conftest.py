"""A scenario small enough to run in a test."""

import pytest

from sim.experiment import Results, run
from sim.scenario import Scenario, load

SHORT = ("run.length=3000", "run.warm_up=300")


@pytest.fixture(scope="session")
def queue() -> Scenario:
    """One queue with three servers for two days."""
    return load("examples/one-queue", SHORT)


@pytest.fixture(scope="session")
def busier() -> Scenario:
    """The same with more callers."""
    return load("examples/one-queue", (*SHORT, "demand.callers.rate=0.25"))


@pytest.fixture(scope="session")
def hull() -> Results:
    """Five weeks of the shipped place, without warm-up."""
    return run([load("baseline", ("run.length=35 days", "run.warm_up=0 days"))], replications=1, seed=1)
