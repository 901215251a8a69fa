"""The language as a JSON Schema, so that an editor completes keys, shows what they mean and marks a misspelt one.

It knows the form of each file, not how its parts hold together: that is for ``traintracks check``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from sim.scenario import fields, schema
from sim.scenario.files import KEYS
from sim.scenario.forms import FAMILIES, Counted, Dist, Either, Flag, Listed, Plain, Ref, Table, Word
from sim.scenario.nouns import NOUNS, RUN, STATIONS
from sim.scenario.number import Num
from sim.scenario.records import Each, Kinds, Record
from sim.scenario.reference import described
from sim.scenario.units import TIME_UNITS

__all__ = ["SCHEMA_NAME", "editor_schema", "schema_text"]

SCHEMA_NAME = "traintracks.schema.json"
"""The schema as a file, beside the scenarios that ship and beside a person's own."""

Json = dict[str, Any]
_TIME = r"(min|mins|minutes?|h|hours?|days?|weeks?|months?|years?)"
_NUMBER = r"^\s*[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]{1,3})?"
_UNITS = {
    "time": rf"(\s*{_TIME})?",
    "work": rf"(\s*{_TIME})?",
    "square": rf"(\s*{_TIME}\^2)?",
    "rate": rf"(\s*/\s*{_TIME})?",
    "amount": r"(\s*(h|hours?)\s*/\s*weeks?)?",
    "capacity": r"(\s*(h|hours?)\s*/\s*weeks?)?",
}
_ID = "^[a-z0-9][a-z0-9_]*$"
_TEXT: Json = {"type": ["string", "number", "boolean"]}
_SAID: Mapping[str, Json] = {
    "evidence": {"description": "An id of the register, `assumption`, or your own source in a few words.", **_TEXT},
    "note": {"description": "Free text.", **_TEXT},
}
_HEAD: Mapping[str, Json] = {
    "kind": {"description": "place, operating model, boulder, pressure or practice; a scenario has none."},
    "title": {"description": "What it is, in a line.", **_TEXT},
    "summary": {"description": "What it asks, in a sentence.", **_TEXT},
    "illustrative": {"description": "Whether its figures are not a place's own.", "type": "boolean"},
    "time_unit": {"description": "What a bare number of time is in.", "enum": list(TIME_UNITS)},
    "population": {
        "description": "People who live there, by group: for rates per head.",
        "type": "object",
        "additionalProperties": {"type": "number"},
    },
    "represents": {"description": "Ids of the register that it stands for.", "type": ["array", "string"]},
    "place": {"description": "Where it comes from.", **_TEXT},
    "grade": {"description": "How good its evidence is, A to E.", "enum": list("ABCDE")},
    "family": {
        "description": "The one result that several overlays rest on; their levels add up to 1 at most.",
        **_TEXT,
    },
    "mechanism": {"description": "How it works in the model, and what of it is left out.", **_TEXT},
    "needs": {"description": "Staff and money it takes.", **_TEXT},
    "unknown": {"description": "What nobody has measured.", **_TEXT},
    "claim": {"description": "What is said of it; never an input.", "type": "object"},
    "claims": {"description": "Several claims, each under a name; never inputs.", "type": "object"},
    **_SAID,
}


def editor_schema() -> Json:
    """The JSON Schema (2020-12) of every kind of file."""
    kinds = [kind for kind in KEYS if kind not in ("scenario", "part")]
    picked = [
        {"if": {"required": ["kind"], "properties": {"kind": {"const": kind}}}, "then": _ref(kind.replace(" ", "_"))}
        for kind in kinds
    ]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A Traintracks scenario",
        "description": "Made from the language itself (docs/language.md); `traintracks check` knows more.",
        "type": "object",
        "properties": {"kind": {"enum": kinds}},
        "allOf": [*picked, {"if": {"not": {"required": ["kind"]}}, "then": _ref("scenario")}],
        "$defs": _Writer().definitions(),
    }


def schema_text() -> str:
    """The schema as the text of a file."""
    return json.dumps(editor_schema(), indent=1) + "\n"


def _ref(name: str) -> Json:
    return {"$ref": f"#/$defs/{name}"}


class _Writer:
    """Writes the schema of each form; what many fields share is written once, under ``$defs``."""

    def __init__(self) -> None:
        self.shared: Json = {}

    def once(self, name: str, write: Callable[[], Json]) -> Json:
        """A reference to a definition, written when it is first met."""
        if name not in self.shared:
            self.shared[name] = {}
            self.shared[name] = write()
        return _ref(name)

    def _file(self, kind: str) -> Json:
        properties = {key: self._top(key) for key in KEYS[kind]}
        return {"type": "object", "properties": properties, "additionalProperties": False}

    def _top(self, key: str) -> Json:
        if key in NOUNS:
            return {"description": described(key), **_ref(key)}
        return dict(_HEAD[key]) if key in _HEAD else _ref(key)

    def definitions(self) -> Json:
        """Every file, noun and form by name."""
        files = {kind.replace(" ", "_"): self._file(kind) for kind in KEYS if kind != "part"}
        return {**files, **self._nouns(), **self.shared}

    def _nouns(self) -> Json:
        dates = {"from": _date(), "until": _date(), "ramp": _ref("time")}
        names = {"type": "array", "items": {"type": "string"}}
        number = {"type": ["number", "string"]}
        level = {"description": "0 none, 1 as written.", "type": "number", "minimum": 0, "maximum": 10}
        return {
            **{noun: self._form(form) for noun, form in NOUNS.items()},
            **{f"{kind}_station": self._record(record) for kind, record in STATIONS.kinds.items()},
            "run": self._record(RUN),
            **{sort: {**number, "pattern": _NUMBER + unit + r"\s*$"} for sort, unit in _UNITS.items()},
            "distribution": self._distribution(),
            "base": {
                "description": "What it stands on: shipped names or files, such as `[baseline]`.",
                "anyOf": [{"type": "string"}, names],
            },
            "apply": {
                "description": "Boulders, pressures and practices, each with its level and dates.",
                "type": "object",
                "additionalProperties": _object({"level": level, **dates}, null=True),
            },
            "when": {"description": "When it is in force.", **_object(dates)},
            "changes": self._changes("path: value, one a line; or multiply, add, divert, new."),
            "lifted": self._changes("The values there would be without the boulder."),
            "change": self._change(dates),
        }  # fmt: skip

    def _changes(self, description: str) -> Json:
        nouns = "|".join((*NOUNS, "run", "population"))
        return {
            "description": description,
            "type": "object",
            "propertyNames": {"pattern": rf"^({nouns})(\.[a-z0-9_*]+)+$"},
            "additionalProperties": _ref("change"),
        }

    def _change(self, dates: Json) -> Json:
        plain = {"type": ["number", "string", "boolean", "array"]}
        said = {"range": _range(), "when": _object(dates), **_SAID}
        scaled = [_object({op: plain, **said}, (op,)) for op in ("multiply", "add")]
        to = {"to": {"type": "string"}, "from": {"type": "string"}}
        divert = _object({"divert": {"type": ["number", "string", "object"]}, **to, **said}, ("divert", "to"))
        new = _object({"new": {}, **_SAID}, ("new",))
        words = [{"required": [op]} for op in ("multiply", "add", "divert", "new")]
        return {"anyOf": [plain, *scaled, divert, new, {"type": "object", "not": {"anyOf": words}}]}

    def _record(self, record: Record) -> Json:
        properties = {key: self._field(record.model, key, form) for key, form in record.fields.items()}
        kind = {"kind": {"const": record.fixed["kind"]}} if "kind" in record.fixed else {}
        return _object({**kind, **properties, **_SAID}, (*kind, *record.required))

    def _field(self, model: type[Any], key: str, form: Any) -> Json:
        meaning = described(key, model)
        return {"description": meaning, **self._form(form)} if meaning else self._form(form)

    def _form(self, form: Any) -> Json:
        """The schema of a form."""
        special = self._special(form)
        if special is not None:
            return special
        if isinstance(form, Plain):
            return self._scalar(form.of)
        if isinstance(form, Num):
            return {"anyOf": self._number(form)}
        if isinstance(form, Dist):
            return {"anyOf": [*self._number(form.of), _ref("distribution")]}
        if isinstance(form, Either):
            return self._by(form.inner, form.deep)
        if isinstance(form, Table):
            return self._table()
        if isinstance(form, Counted):
            return {"type": "integer", "minimum": form.low} | ({"maximum": form.high} if form.high < 10**9 else {})
        if isinstance(form, Flag):
            return {"type": "boolean"}
        if isinstance(form, Word):
            return {"enum": list(form.choices)} if form.choices else dict(_TEXT)
        if isinstance(form, Ref):
            return {"type": "string"}
        if isinstance(form, Listed):
            one: Json = {"enum": list(form.choices)} if form.choices else {"type": ["string", "number"]}
            return {"anyOf": [one, {"type": "array", "items": one, "uniqueItems": True}]}
        if isinstance(form, Kinds):
            picked = [
                {"if": {"properties": {"kind": {"const": kind}}}, "then": _ref(f"{kind}_station")}
                for kind in form.kinds
            ]
            return {
                "type": "object",
                "required": ["kind"],
                "properties": {"kind": {"description": "What holds the person there.", "enum": list(form.kinds)}},
                "allOf": picked,
            }
        if isinstance(form, Record):
            return self._record(form)
        assert isinstance(form, Each)
        keys = {} if form.any_key else {"propertyNames": {"pattern": _ID}}
        return {"type": "object", **keys, "properties": dict(_SAID), "additionalProperties": self._form(form.form)}

    def _special(self, form: Any) -> Json | None:
        """Of what is written in a way of its own; None for any other form."""
        times = {"type": ["number", "string"]}
        if isinstance(form, fields.AttributeForm):
            levels: Json = {"type": "array", "items": {"type": ["string", "number"]}}
            return {"type": ["object", "string"], "properties": {"order": levels, **_SAID}}
        if isinstance(form, fields.TimesForm):
            return {"type": "array", "items": times}
        if isinstance(form, fields.PriorityForm):
            words: Json = {"type": "array", "items": {"type": ["string", "number"]}}
            return {
                "anyOf": [words, {"type": "string"}, _object({"by": {"type": "string"}, "order": words}, ("order",))]
            }
        if isinstance(form, fields.PackageForm):
            held = _object({"hold": self._scalar(fields.time), **_SAID}, ("hold",))
            return {"anyOf": [{"enum": ["keep", "end"]}, held]}
        if isinstance(form, fields.KeepForm):
            return {"anyOf": [{"type": "boolean"}, {"type": "string"}, {"type": "array", "items": {"type": "string"}}]}
        if isinstance(form, fields.AmountForm):
            return {"anyOf": [self._form(fields.amounts), self._record(form.record)]}
        if isinstance(form, fields.OpeningForm):
            record = Record(schema.Opening, form.fields)
            properties = {key: self._field(record.model, key, inner) for key, inner in form.fields.items()}
            people = {"type": "object", "properties": {**properties, **_SAID}, "additionalProperties": self._table()}
            return {"anyOf": [{"type": "integer", "minimum": 0}, people]}
        if isinstance(form, fields.WeightsForm):
            required = form.keys if form.all_needed else ()
            return _object({key: {"type": "number", "minimum": 0} for key in form.keys}, required)
        if isinstance(form, fields.StepsForm):
            return {"type": "object", "additionalProperties": {"type": "number", "minimum": 0}}
        if isinstance(form, fields.YearlyForm):
            return _ref("rate")
        if isinstance(form, (fields.ClockForm, fields.DateForm, fields.MomentForm, fields.YearForm)):
            return {"type": "string"}
        return None

    def _scalar(self, of: Num) -> Json:
        """A bare number, with the unit where it has one."""
        if of.sort in _UNITS:
            return _ref(of.sort)
        low = {"exclusiveMinimum" if of.above else "minimum": of.low} if of.low > float("-inf") else {}
        high = {"maximum": of.high} if of.high < float("inf") else {}
        return {"type": "number", **low, **high}

    def _said_number(self, of: Num) -> Json:
        one = self._scalar(of)
        factors = {
            "type": "object",
            "additionalProperties": {"type": "object", "additionalProperties": {"type": "number"}},
        }
        profile = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}
        return _object(
            {
                "value": one,
                "range": {**_range(), "items": one},
                "factors": {"description": "Of the hazard of an event, by attribute and level.", **factors},
                "profile": {"description": "Profiles: how it varies with time.", **profile},
                **_SAID,
            },
            ("value",),
        )

    def _number(self, of: Num) -> list[Json]:
        """A number, bare or with what it rests on."""
        bounds = "" if of.sort in _UNITS else f"_{of.low:g}_{of.high:g}{'_above' if of.above else ''}"
        return [self._scalar(of), self.once(f"{of.sort}{bounds}_said", lambda: self._said_number(of))]

    def _table(self) -> Json:
        return self.once("shares", self._shares)

    def _shares(self) -> Json:
        share = self._number(Num("share", 0.0, 1.0))
        weights: Json = {"type": "object", "additionalProperties": {"type": ["number", "string"]}}
        table = {
            "type": "object",
            "properties": {**_SAID, "weights": {"anyOf": [weights, *share]}},
            "additionalProperties": {"anyOf": [{"const": "rest"}, *share]},
        }
        return {"anyOf": [{"type": "string"}, table]}

    def _by(self, inner: Any, deep: int) -> Json:
        """A form, or rows of it by an attribute of people, as deep as they may nest."""
        sort = inner.of.sort if isinstance(inner, Dist) else inner.sort if isinstance(inner, Num) else ""
        name = f"{type(inner).__name__}_{sort}".lower().strip("_")
        if not deep:
            return self.once(name, lambda: self._form(inner))
        return self.once(f"{name}_by_{deep}", lambda: self._rows(inner, deep))

    def _rows(self, inner: Any, deep: int) -> Json:
        rows = {
            "type": "object",
            "required": ["by"],
            "properties": {"by": {"description": "An attribute of people.", "type": "string"}, **_SAID},
            "additionalProperties": self._by(inner, deep - 1),
        }
        return {"anyOf": [self._by(inner, 0), rows]}

    def _distribution(self) -> Json:
        keys = dict.fromkeys(key for ways in FAMILIES.values() for way in ways for key in way)
        value = {"type": ["number", "string", "object", "array"]}
        known = dict.fromkeys((*keys, "min", "max", "holds", "weight"), value)
        return _object({"dist": {"enum": list(FAMILIES)}, **known, **_SAID}, ("dist",))


def _date() -> Json:
    return {"description": "`2026-12-01` (once), `12-01` (every year) or `day 60` (of the run).", "type": "string"}


def _range() -> Json:
    return {"description": "A 90% interval.", "type": "array", "minItems": 2, "maxItems": 2}


def _object(properties: Mapping[str, Json], required: tuple[str, ...] = (), null: bool = False) -> Json:
    found: Json = {"type": ["object", "null"] if null else "object", "properties": dict(properties)}
    if required:
        found["required"] = list(required)
    return {**found, "additionalProperties": False}
