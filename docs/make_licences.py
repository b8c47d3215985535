"""Write LICENCES.md from what is installed: `python docs/make_licences.py`, with the extras installed."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import metadata, requires
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "LICENCES.md"
FOR_DEVELOPERS = {"bench", "browser", "dev", "docs", "test"}
# Of packages that changed it while versions of before are still supported.
CHANGED = {"filelock": "MIT (before 3.24 Unlicense)"}
HEAD = """\
# Licences of what pqreuse uses

pqreuse is under the [MIT licence](LICENSE). It contains no code of others; `pqreuse/_kernels/unicode.h` is made from
the tables of [Unicode's Character Database](https://www.unicode.org/license.txt) (Unicode licence v3) in Python. What
it is installed with, by the word of each package's own metadata; `python docs/make_licences.py` writes this page anew.
"""


def asked() -> dict[str, set[str]]:
    """What pqreuse asks for: always (""), and with each extra that is for users."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = {name: texts for name, texts in project["optional-dependencies"].items() if name not in FOR_DEVELOPERS}
    return {
        name: {Requirement(text).name for text in texts}
        for name, texts in {"": project["dependencies"], **extras}.items()
    }


def with_theirs(names: set[str]) -> dict[str, str]:
    """The packages and all that they require here without extras, by their names in one way of writing.

    Raises
    ------
    PackageNotFoundError
        If one is not installed.
    """
    found: dict[str, str] = {}
    while names:
        name = names.pop()
        found[key(name)] = name
        theirs = map(Requirement, requires(name) or ())
        here = {one.name for one in theirs if one.marker is None or one.marker.evaluate({"extra": ""})}
        names |= {one for one in here if key(one) not in found}
    return found


def licence(name: str) -> str:
    """What a package's metadata says: the expression, else the short text, else the classifiers."""
    if key(name) in CHANGED:
        return CHANGED[key(name)]
    told = metadata(name)
    text = told.get("License-Expression") or told.get("License") or ""
    if text and len(text) < 60:
        return text
    classes = [line.rpartition(" :: ")[2] for line in told.get_all("Classifier", ()) if line.startswith("License ::")]
    return ", ".join(classes) or (text.strip().splitlines() or ["?"])[0]


def page() -> str:
    """The whole page."""
    wanted = asked()
    base = with_theirs(wanted.pop(""))
    parts = [HEAD, "## Always", table(base)]
    for extra, names in wanted.items():
        more = {name: told for name, told in with_theirs(names).items() if name not in base}
        parts += [f"## With the extra `{extra}`", table(more)]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def table(names: dict[str, str]) -> str:
    """A row for each package."""
    rows = [f"| {metadata(name)['Name']} | {licence(name)} |" for _, name in sorted(names.items())]
    return "\n".join(["| package | licence |", "|---|---|", *rows])


def key(name: str) -> str:
    """A package's name as all ways of writing it have it."""
    return re.sub(r"[-_.]+", "-", name).lower()


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
