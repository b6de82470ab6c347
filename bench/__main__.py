"""Measure, print the tables, and write them into results.md.

`python -m bench` measures everything; names of parts measure only those and leave the tables of
the others as they are.
"""

from __future__ import annotations

import argparse
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

# One thread, as the goals are stated for; set before the first numerical library is loaded.
os.environ["OMP_NUM_THREADS"] = "1"

from bench import delivery, handoff, load, replicas, retrieval, search, system, waiting, wechat

if TYPE_CHECKING:
    from bench.figure import Figure

_RESULTS = Path(__file__).parent / "results.md"
_PARTS = {
    "system": ("The running system", system.measure),
    "load": ("Load, beside Rasa alone", load.measure),
    "replicas": ("Replicas and idle customers", replicas.measure),
    "handoff": ("The handoff queue", handoff.measure),
    "delivery": ("From an agent to a customer", delivery.measure),
    "wechat": ("WeChat's acknowledgement", wechat.measure),
    "waiting": ("The estimate of the wait (simulated)", waiting.measure),
    "search": ("Cost of search, one thread", search.measure),
    "retrieval": ("Quality of retrieval on a split of our own content", retrieval.measure),
}


def main() -> None:
    """Run the parts named on the command line, all by default."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[[], *_PARTS], help="default: all of them")
    for part in parser.parse_args().parts or _PARTS:
        title, measure = _PARTS[part]
        table = _table(measure()) + _picture(part)
        print(f"## {title}\n\n{table}")
        _RESULTS.write_text(_put(_RESULTS.read_text("utf-8"), title, table), "utf-8")


def _table(figures: list[Figure]) -> str:
    rows = [f"| {f.name} | {f.value} | {f.goal} |" for f in figures]
    head = ["| figure | measured | goal |", "| --- | --- | --- |"]
    return "\n".join([*head, *rows]) + "\n"


def _picture(part: str) -> str:
    """Show the picture that a part has drawn, if it draws one."""
    path = f"pictures/{part}.png"
    return f"\n![{part}]({path})\n" if (_RESULTS.parent / path).exists() else ""


def _put(text: str, title: str, table: str) -> str:
    """Return the results with the section `title` replaced or added."""
    section = f"## {title}\n\nMade by `make bench` on {os.cpu_count()} cores.\n\n{table}"
    pattern = re.compile(rf"^## {re.escape(title)}\n.*?(?=^## |\Z)", re.MULTILINE | re.DOTALL)
    if pattern.search(text):
        return pattern.sub(lambda _found: section + "\n", text).rstrip() + "\n"
    return text.rstrip() + "\n\n" + section


if __name__ == "__main__":
    main()
