"""`yinqiao compliance …`: the very code of the gate; no running system is needed."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True)
Json = Annotated[bool, typer.Option("--json", help="one JSON object a line (the only format)")]


@app.command()
def check(*, as_json: Json = True) -> None:  # noqa: ARG001 - there is one format
    """Check the wording of sentences, one a line on standard input."""
    from compliance.lines import check_lines  # noqa: PLC0415 - loads the rules

    _filter(check_lines)


@app.command()
def redact(*, as_json: Json = True) -> None:  # noqa: ARG001 - there is one format
    """Redact texts, one a line on standard input."""
    from compliance.lines import redact_lines  # noqa: PLC0415 - loads the rules

    _filter(redact_lines)


def _filter(work: Callable[[Iterable[str]], Iterator[str]]) -> None:
    for line in work(text.rstrip("\n") for text in sys.stdin):
        print(line, flush=True)  # noqa: T201 - the output
