"""Figures that a place should land on, each with what of a run it is compared with. One file is one set of them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from sim.mistakes import Mistake

__all__ = ["Target", "Targets", "TargetsError", "read", "shipped"]

_FOLDER = Path(__file__).parent


class TargetsError(Mistake):
    """A targets file that is not there or says what cannot be; carries one plain message."""


class _Frozen(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class Target(_Frozen):
    """One figure, and what of a run it is compared with: a measure, or a sum over the table of stations."""

    title: str
    value: float = Field(gt=0)
    unit: str
    source: str
    """Where the figure comes from: an evidence id, or the arithmetic."""
    grade: str = Field(pattern="^[A-E]$")
    tolerance: float | None = Field(default=None, gt=0)
    """Share of the value; default that of the file."""
    required: bool | None = None
    """Whether the place has landed only with it; default that of the file."""
    measure: str = ""
    """Id of a measure of the catalogue."""
    scale: float = 1.0
    """Times the measure."""
    sum: Mapping[str, float] = {}
    """'station.quantity' or 'station/class.quantity' of the table of stations -> weight. Counts are taken a year."""

    @model_validator(mode="before")
    @classmethod
    def _listed(cls, given: Any) -> Any:
        """A list of terms is each of them once."""
        if isinstance(given, dict) and isinstance(given.get("sum"), list):
            return {**given, "sum": dict.fromkeys(given["sum"], 1.0)}
        return given

    @model_validator(mode="after")
    def _one(self) -> Target:
        if bool(self.measure) == bool(self.sum):
            raise ValueError("write either `measure` or `sum`")
        return self


class Targets(_Frozen):
    """A set of targets."""

    title: str
    summary: str = ""
    place: str = ""
    """Name of the shipped place whose figures these are; a run of it then tells how it lies beside them."""
    tolerance: float = Field(gt=0)
    """How far from its value a target may be missed, as a share of it."""
    most_missed: int = Field(default=0, ge=0)
    """How many may be missed for the place to have landed, in a set that requires none of them."""
    required: bool = False
    """Whether targets are required unless they say otherwise."""
    targets: Mapping[str, Target]

    def requires(self, name: str) -> bool:
        """Whether the place has landed only with this target."""
        own = self.targets[name].required
        return self.required if own is None else own

    @property
    def strict(self) -> bool:
        """Whether any target is required: then intervals decide, not means."""
        return any(self.requires(name) for name in self.targets)


def shipped() -> list[str]:
    """Names of the sets that come with Traintracks."""
    return sorted(path.stem for path in _FOLDER.glob("*.yaml"))


def read(name: str) -> Targets:
    """A set by its shipped name, or from a file (a name that ends in .yaml). Raises ``TargetsError``."""
    path = Path(name) if name.endswith((".yaml", ".yml")) else _FOLDER / f"{name}.yaml"
    if not path.is_file():
        raise TargetsError(f"no targets `{name}`; shipped: {', '.join(shipped())}; or name a file, such as ./mine.yaml")
    try:
        return Targets.model_validate(yaml.safe_load(path.read_text("utf-8")))
    except yaml.YAMLError as error:
        raise TargetsError(f"{name}: this is not YAML: {' '.join(str(error).split())}") from None
    except ValidationError as error:
        said = (f"{'.'.join(map(str, one['loc'])) or 'the file'}: {one['msg']}" for one in error.errors())
        raise TargetsError(f"{name}: {'; '.join(said)}") from None
