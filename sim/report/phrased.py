"""Differences of inputs as a reader wants them: by thing, in plain words, shares told by what they move."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from sim.report.parts import capital, joined, worded
from sim.report.series import long_date

__all__ = ["by_thing", "dated", "shares"]

_PLAIN = {
    "next": "where people go next", "effort": "work that each takes", "length": "length of stay",
    "rate": "how many come", "team": "done by", "offers": "offers", "reserved": "kept for",
    "time_to_hire": "time to hire", "hires": "hires at most", "load_leavers": "leavers where work piles up",
    "hand_backs": "packages handed back", "fit": "packages that fit what is offered", "waited": "waited so far",
}  # fmt: skip
_OF_STATIONS = ("stations", "stock", "doors")
"""Nouns whose ids are of stations."""
_SHARE = re.compile(r"(\w+) (\d*\.?\d+(?:e-?\d+)?)")
_TO = " \u2192 "
_MOST = 3
"""Shares told of a table, those that move most."""


def by_thing(rows: Sequence[Mapping[str, str]], titles: Mapping[str, str]) -> list[tuple[str, list[str], list[int]]]:
    """(thing, phrases, places of the rows told by them) of the differences of one noun; new and gone things together.

    ``titles`` are those of stations by id.
    """
    titles = titles if rows and rows[0]["noun"] in _OF_STATIONS else {}
    new, gone = (
        [place for place, row in enumerate(rows) if row[end] == "not there" and _whole(row)] for end in ("from", "to")
    )
    found = []
    for word, places in (("New", new), ("No longer there", gone)):
        if places:
            found.append((word, [joined([_thing(rows[place], titles) for place in places])], places))
    things: dict[str, list[int]] = {}
    for place, row in enumerate(rows):
        if place not in new and place not in gone:
            things.setdefault(_thing(row, titles), []).append(place)
    for thing, places in things.items():
        found.append((thing, list(_phrases([rows[place] for place in places], titles)), places))
    return found


def _whole(row: Mapping[str, str]) -> bool:
    return row["path"].count(".") == 1


def _thing(row: Mapping[str, str], titles: Mapping[str, str]) -> str:
    noun, _, rest = row["path"].partition(".")
    name = rest.split(".")[0]
    if name in ("", "*"):
        return capital(worded(noun))
    if noun == "doors":
        return capital(worded(name))
    return titles.get(name) or capital(worded(name))


def _phrases(rows: Sequence[Mapping[str, str]], titles: Mapping[str, str]) -> Iterator[str]:
    """What is otherwise of one thing: tables of shares of one kind together, each other value by itself."""
    tables: dict[str, list[tuple[dict[str, float], dict[str, float]]]] = {}
    for row in rows:
        before, after = shares(row["from"]), shares(row["to"])
        if before and after:
            tables.setdefault(_kind(row), []).append((before, after))
    for kind, pairs in tables.items():
        yield _moved(kind, pairs, titles)
    for row in rows:
        if not (shares(row["from"]) and shares(row["to"])):
            yield _valued(row, titles)


def _kind(row: Mapping[str, str]) -> str:
    return next(iter(row["path"].split(".")[2:]), "")


def shares(text: str) -> dict[str, float]:
    """'a 0.7, b 0.3' and 'all to a' as shares; nothing where the text is no such table."""
    if found := re.fullmatch(r"all to (\w+)", text):
        return {found[1]: 1.0}
    parts = [_SHARE.fullmatch(part) for part in text.split(", ")]
    if len(parts) < 2 or not all(parts):
        return {}
    return {part[1]: float(part[2]) for part in parts if part}


def _moved(kind: str, pairs: Sequence[tuple[dict[str, float], dict[str, float]]], titles: Mapping[str, str]) -> str:
    """The shares that move most; of several tables the means of their moves."""
    names = dict.fromkeys(name for before, after in pairs for name in (*after, *before))
    means = {
        name: tuple(sum(pair[end].get(name, 0.0) for pair in pairs) / len(pairs) for end in (0, 1)) for name in names
    }
    moved = sorted((name for name in names if means[name][0] != means[name][1]),
                   key=lambda name: -abs(means[name][1] - means[name][0]))  # fmt: skip
    told = [
        f"{titles.get(name) or worded(name)} {_TO.join(_percent(mean) for mean in means[name])}"
        for name in moved[:_MOST]
    ]
    label = _PLAIN.get(kind, worded(kind))
    label += f", mean of {len(pairs)} groups" if len(pairs) > 1 else ""
    rest = f", and {len(moved) - _MOST} smaller" if len(moved) > _MOST else ""
    said = f"{', '.join(told)}{rest}" if told else "the groups change places"
    return f"{label}: {said}" if label else said


def _percent(share: float) -> str:
    return f"{100.0 * share:.3g}%"


def _valued(row: Mapping[str, str], titles: Mapping[str, str]) -> str:
    """One value: from what, to what, and its range."""
    parts = [part for part in row["path"].split(".")[2:] if part != "*"]
    before, after = (titles.get(row[end]) or _value(row[end]) for end in ("from", "to"))
    many = f" ({row['values']} values)" if row["values"] != "1" else ""
    between = f" (90% range {dated(row['range'])})" if row["range"] else ""
    if parts == ["title"]:
        return f"called \u201c{row['to']}\u201d, not \u201c{row['from']}\u201d"
    words = [_PLAIN.get(parts[0], worded(parts[0])), *(worded(part) for part in parts[1:])] if parts else []
    label = ", ".join(words).replace("kept for, ", "kept for ")
    change = after if after.startswith("\u00d7") else f"{before} \u2192 {after}"
    return f"{label}{many}: {change}{between}" if label else f"{change}{between}{many}"


def _value(text: str) -> str:
    return worded(text) if re.fullmatch(r"[a-z]+(_[a-z]+)+", text) else dated(text)


def dated(text: str) -> str:
    """Numbers, dates and changes as people write them, out of the words of the language."""
    text = re.sub(r"(?<![\w.-])\d{4,}(?![\d-])", lambda found: f"{int(found[0]):,}", text)
    text = re.sub(r"\d{4}-\d\d-\d\d", lambda found: long_date(found[0], 0), text)
    text = re.sub(r", profile: \[(.*?)\]", lambda found: f" (profiles: {found[1].replace('_', ' ')})", text)
    text = re.sub(r", over (?=\d)", ", phased over ", text)
    return re.sub(r"(?<!\w)x (?=\d)", "\u00d7\u00a0", text)
