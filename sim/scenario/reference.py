"""The language described from its own definitions: each noun, kind and field with form, bounds, default and meaning.

What may be written is in ``nouns``; the meaning of a field is the text under it in ``schema``. ``explain``, the
reference of docs/language.md and the editors' schema all read this.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from sim.scenario import schema
from sim.scenario.fields import (
    AmountForm,
    AttributeForm,
    ClockForm,
    DateForm,
    KeepForm,
    MomentForm,
    OpeningForm,
    PackageForm,
    PriorityForm,
    StepsForm,
    TimesForm,
    TransferForm,
    WeightsForm,
    YearForm,
    YearlyForm,
)  # fmt: skip
from sim.scenario.forms import Counted, Dist, Either, Flag, Listed, Numbers, Plain, Ref, Table, Word
from sim.scenario.nouns import NOUNS, RUN, STATIONS
from sim.scenario.number import Num
from sim.scenario.problems import either
from sim.scenario.records import Each, Kinds, Record
from sim.scenario.schema import Number
from sim.scenario.show import number_text
from sim.scenario.units import short

__all__ = ["Field", "Section", "described", "field_at", "fields_named", "markdown", "sections", "written"]

_SORTS = {
    "time": "time",
    "work": "working time",
    "square": "time squared",
    "rate": "rate",
    "share": "share",
    "factor": "factor",
    "count": "number",
    "amount": "amount of care (`h/week`)",
    "capacity": "number, or amount of care (`h/week`)",
    "money": "pounds",
    "plain": "number",
}
_SPECIAL: Mapping[type, str] = {
    TimesForm: "list of times",
    PriorityForm: "list of classes, or `{by, order}`",
    PackageForm: "`keep`, `end` or `{hold: time}`",
    KeepForm: "true, false or list of `stations`",
    StepsForm: "factors by date",
    YearForm: "financial year",
    YearlyForm: "rate",
    ClockForm: "time of day, such as `'09:00'`",
    DateForm: "date",
    MomentForm: "date or `day 60`",
    Flag: "true or false",
    AttributeForm: "levels and their shares, or by; perhaps `order`",
    OpeningForm: "whole number (all `here`), or a mapping",
}
_LEFT_OUT = re.compile(r"[.;,] (?:[Dd]efault|[Ll]eft out,) ([^.]*)\.")
_ELSEWHERE = {"from": "open", "until": "close", "class": "class_"}
"""Keys whose field of the model has another name."""


class Field(NamedTuple):
    """One thing that may be written."""

    name: str
    written: str
    """Its form and unit, in words."""
    bounds: str
    """What is allowed; '' where anything of that form is."""
    default: str
    """What it is when left out; '' where it must be written."""
    meaning: str


class Section(NamedTuple):
    """What one mapping of the language holds."""

    path: str
    """Where it is written, ids as `*`: ``stations.*``."""
    title: str
    meaning: str
    fields: tuple[Field, ...]


def written(form: Any) -> str:
    """The form and unit of a value, in words."""
    if type(form) in _SPECIAL:
        return _SPECIAL[type(form)]
    if isinstance(form, Num):
        return _SORTS[form.sort]
    if isinstance(form, Plain):
        return written(form.of)
    if isinstance(form, Numbers):
        return f"list of {written(form.of)}s"
    if isinstance(form, TransferForm):
        return "distribution of a time, and `holds`"
    if isinstance(form, Dist):
        return f"distribution of a {written(form.of)}"
    if isinstance(form, Either):
        return f"{written(form.inner)}, or by"
    if isinstance(form, AmountForm):
        return "distribution of an amount, or by, or `{start, end}`"
    if isinstance(form, Table):
        return f"shares of `{form.noun}`" if form.noun else "shares"
    if isinstance(form, Counted):
        return "whole number"
    if isinstance(form, Word):
        return either(form.choices) if form.choices else "text"
    if isinstance(form, Ref):
        return f"one of `{form.noun}`"
    if isinstance(form, Listed):
        return f"list of {either(form.choices) if form.choices else f'`{form.noun}`' if form.noun else 'ids'}"
    if isinstance(form, WeightsForm):
        return f"weights by {'hour' if form.keys[0] == '0' else 'weekday' if form.keys[0] == 'mon' else 'month'}"
    if isinstance(form, Each):
        return f"mapping: id to {written(form.form)}"
    return "a mapping"


def _bounds(form: Any) -> str:
    if isinstance(form, Plain):
        return _bounds(form.of)
    if isinstance(form, Each):
        return _bounds(form.form)
    if isinstance(form, (Either, AmountForm)):
        return _bounds(form.inner) if isinstance(form, Either) else "at least 0"
    if isinstance(form, Dist):
        return "at least 0"
    if isinstance(form, Counted):
        return f"at least {form.low}" if form.high >= 10**9 else f"{form.low} to {form.high:,}"
    if not isinstance(form, Num):
        return ""
    low, high = form.low, form.high
    if low == -math.inf:
        return "any"
    if high < math.inf:
        return f"{short(low)} to {short(high)}"
    return f"above {short(low)}" if form.above else f"at least {short(low)}"


def _default(record: Record, key: str, model_field: Any) -> str:
    if key in record.required:
        return ""
    value = model_field.default if model_field is not None else None
    if isinstance(value, Number):
        return number_text(value)
    if isinstance(value, bool):
        return str(value).lower()
    if key == "days":
        return "every day"
    if key in ("from", "until"):
        return "00:00" if key == "from" else "24:00"
    if isinstance(value, (int, float)):
        return f"{short(value)} days" if key in ("warm_up", "ramp") else short(value)
    if isinstance(value, str) and value:
        return f"`{value}`"
    return "none"


def _model_field(model: type[Any], key: str) -> Any:
    fields = getattr(model, "model_fields", {})
    return fields.get(_ELSEWHERE.get(key, key)) or fields.get(key)


def _field(record: Record, key: str) -> Field:
    model_field = _model_field(record.model, key)
    form = record.fields[key]
    meaning, default = _apart((model_field.description if model_field is not None else "") or "")
    fixed = isinstance(form, (Plain, Num)) and (isinstance(form, Plain) or form.fixed)
    said = _bounds(form)
    return Field(
        key,
        written(form),
        f"{said}; the same for the whole run" if fixed and isinstance(form, Num) else said,
        default if default and key not in record.required else _default(record, key, model_field),
        meaning,
    )


def _apart(text: str) -> tuple[str, str]:
    """A meaning without what it says of the default, and that."""
    text = _one_line(text)
    found = _LEFT_OUT.search(text)
    if not found:
        return text, ""
    return (text[: found.start()] + "." + text[found.end() :]).strip(), found[1]


def _one_line(text: str) -> str:
    return " ".join(text.replace("``", "`").split())


def _fields(record: Record, without: tuple[str, ...] = ()) -> tuple[Field, ...]:
    return tuple(_field(record, key) for key in record.fields if key not in without)


_OPENING = Record(schema.Opening, OpeningForm.fields)
_VISIT = tuple(key for key in STATIONS.kinds["task"].fields if key in schema._Visit.model_fields)


def sections() -> Iterator[Section]:
    """Every mapping of the language, in its own order; nested ones after the noun that holds them."""
    for noun, form in NOUNS.items():
        meaning = described(noun)
        if noun == "stations":
            common = _fields(STATIONS.kinds["task"], tuple(set(STATIONS.kinds["task"].fields) - set(_VISIT)))
            yield Section("stations.*", "stations", meaning, ())
            yield Section("stations.*", "every station but an exit", "An exit has the first three alone.", common)
            for kind, record in STATIONS.kinds.items():
                own = _fields(record, _VISIT)
                yield Section("stations.*", f"kind: {kind}", _one_line(record.model.__doc__ or ""), own)
            amount = AmountForm.record
            yield Section("stations.*.amount", "amount", _one_line(schema.Amount.__doc__ or ""), _fields(amount))
            need = STATIONS.kinds["task"].fields["need"]
            assert isinstance(need, Record)
            yield Section("stations.*.need", "need", _one_line(schema.NeedChange.__doc__ or ""), _fields(need))
        elif noun == "stock":
            yield Section("stock.*", noun, meaning, (*_fields(_OPENING), _people_of_stock()))
        elif isinstance(form, Record):
            yield Section(noun, noun, meaning, _fields(form))
        elif isinstance(form, Each):
            inner, path = form.form, f"{noun}.*"
            while isinstance(inner, Each):
                inner, path = inner.form, f"{path}.*"
            fields = _fields(inner) if isinstance(inner, Record) else ()
            how = "" if fields else f" Each is written as {written(inner)}."
            yield Section(path, noun, meaning + how, fields)
    yield Section("run", "run", described("run"), _fields(RUN))


def _people_of_stock() -> Field:
    meaning = described("people", schema.Opening)
    return Field("(an attribute)", "shares", "", "those of arrivals", meaning)


def described(key: str, model: type[Any] = schema.Scenario) -> str:
    """What a field of a model means; '' where nothing says."""
    found = _model_field(model, key)
    return _one_line(found.description or "") if found is not None else ""


def field_at(path: str, kind_of: Mapping[str, str]) -> tuple[Field | None, Any]:
    """The field that a path such as ``workforce.broker.posts`` ends in, and its form; (None, None) where it is none.

    Below a value (a row of a ``by``, a parameter of a distribution, an option of a table) it is the field that holds
    the value. ``kind_of``: the kind of each station.
    """
    steps = path.split(".")
    form: Any = Record(schema.Scenario, {**NOUNS, "run": RUN})
    found: Field | None = None
    for i, step in enumerate(steps):
        if isinstance(form, Kinds):
            form = form.kinds.get(kind_of.get(steps[i - 1], ""), Record(object, {}))
        if isinstance(form, OpeningForm):
            form = _OPENING
        if isinstance(form, Record):
            if step not in form.fields:
                return (_people_of_stock(), Table()) if form is _OPENING and i == 2 else (None, None)
            found, form = _field(form, step), form.fields[step]
        elif isinstance(form, Each):
            form = form.form
        else:
            break
    return found, form


def fields_named(name: str) -> list[tuple[Section, Field]]:
    """Every field of this name, wherever it may be written."""
    return [(section, field) for section in sections() for field in section.fields if field.name == name]


def markdown() -> str:
    """The reference as Markdown: a heading for each noun, a table of its fields."""
    out: list[str] = []
    for section in sections():
        top = section.title in (*NOUNS, "run")
        out += [f"### `{section.title}`" if top else f"**{section.title}**", ""]
        where = f" Written at `{section.path}`." if top and section.fields else ""
        out += [f"{section.meaning}{where}", ""]
        if section.fields:
            out += ["| field | written as | allowed | left out | meaning |", "|---|---|---|---|---|"]
            out += [
                f"| `{f.name}` | {f.written} | {f.bounds} | {f.default or '*must be written*'} | {f.meaning} |"
                if f.name.isidentifier()
                else f"| {f.name} | {f.written} | {f.bounds} | {f.default} | {f.meaning} |"
                for f in section.fields
            ]
            out.append("")
    return "\n".join(out)
