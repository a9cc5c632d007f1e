"""run.csv and run.provenance.json: written whole after every case, so that a plan can stop at any moment and go on."""

from __future__ import annotations

import csv
import io
import json
import os
import re
from pathlib import Path
from typing import Any

from .interfaces import KitError
from .rows import COLUMNS, Cell, cell_text

#: Outcomes that another try may change: they are measured again when the plan goes on.
RETRIED = ("failed", "not-installed", "cannot-load", "no-energy")
#: What must be the same when a run goes on: rows of one file are one session.
SESSION = ("card", "versions", "protocol", "random_weights", "framework")


def source_of(path: Path) -> str:
    """The id of the source that the file is: its name, in the letters that an id may have."""
    return re.sub(r"[^a-z0-9]+", "-", path.stem.lower()).strip("-") or "run"


def write_whole(path: Path, text: str) -> None:
    """Beside and renamed: whoever reads the file sees it whole, whenever the process ends."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        temporary.write_text(text, encoding="utf-8")
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


class RunFile:
    """The rows and the provenance of one session."""

    def __init__(self, path: Path) -> None:
        if path.suffix != ".csv":
            raise KitError(f"--out {path}: expected a name that ends in .csv")
        if not path.parent.is_dir():
            raise KitError(f"--out {path}: the folder {path.parent} does not exist")
        self.path = path
        self.provenance_path = path.with_suffix(".provenance.json")
        self.source = source_of(path)
        self.rows: list[dict[str, str]] = self._read_rows()
        self.provenance: dict[str, Any] = self._read_provenance()

    def _read_rows(self) -> list[dict[str, str]]:
        if not self.path.exists():
            return []
        with self.path.open(newline="", encoding="utf-8") as file:
            reader = csv.DictReader(file)
            if tuple(reader.fieldnames or ()) != COLUMNS:
                raise KitError(f"{self.path} exists and is not a file of this kit: choose another --out")
            return list(reader)

    def _read_provenance(self) -> dict[str, Any]:
        if not self.provenance_path.exists():
            if self.rows:
                raise KitError(
                    f"{self.provenance_path} is missing: without it the rows of {self.path} cannot be added to"
                )
            return {}
        try:
            content = json.loads(self.provenance_path.read_text(encoding="utf-8"))
        except json.JSONDecodeError as cause:
            raise KitError(f"{self.provenance_path} is not valid JSON: {cause}") from cause
        if not isinstance(content, dict):
            raise KitError(f"{self.provenance_path} is not a file of this kit: choose another --out")
        return content

    def begin(self, session: dict[str, Any]) -> None:
        """Starts a session or goes on with the one in the file; another card or stack is another file."""
        if self.provenance:
            changed = [key for key in SESSION if self.provenance.get(key) != session[key]]
            if changed:
                was = "; ".join(f"{key} was {self.provenance.get(key)}, is {session[key]}" for key in changed)
                raise KitError(f"{self.path} is of another session ({was}): choose another --out")
            self.provenance["plans"] += [plan for plan in session["plans"] if plan not in self.provenance["plans"]]
        else:
            self.provenance = {**session, "outcomes": []}
        self.save()

    def measured_keys(self) -> set[str]:
        return {row["origin"] for row in self.rows}

    def done_keys(self) -> set[str]:
        """Cases that are not to be measured again: the rows, and what ran out of memory."""
        final = {entry["case"] for entry in self.provenance["outcomes"] if entry["outcome"] not in RETRIED}
        return self.measured_keys() | final

    def next_id(self) -> str:
        return f"{self.source}-{len(self.rows) + 1:04d}"

    def add_row(self, row: dict[str, Cell]) -> None:
        self.rows.append({column: cell_text(value) for column, value in row.items()})

    def add_outcome(self, entry: dict[str, Any]) -> None:
        """The last outcome of a case counts."""
        outcomes = [other for other in self.provenance["outcomes"] if other["case"] != entry["case"]]
        self.provenance["outcomes"] = [*outcomes, entry]

    def save(self) -> None:
        """Rows first: a row without its outcome is found by its origin, an outcome without its row is lost work."""
        if self.rows:
            text = io.StringIO()
            writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
            writer.writeheader()
            writer.writerows(self.rows)
            write_whole(self.path, text.getvalue())
        write_whole(self.provenance_path, json.dumps(self.provenance, indent=2, ensure_ascii=False) + "\n")
