"""`yinqiao compliance …`: the very code of the gate; no running system is needed."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Annotated

import typer

from yinqiao.settings import Settings

app = typer.Typer(no_args_is_help=True)
Json = Annotated[bool, typer.Option("--json", help="one JSON object a line (the only format)")]


@app.command()
def check(*, as_json: Json = True) -> None:  # noqa: ARG001 - there is one format
    """Check the wording of sentences, one a line on standard input."""
    from compliance.lines import check_lines  # noqa: PLC0415 - loads the rules
    from compliance.wording import Wording  # noqa: PLC0415 - the same
    from yinqiao.understanding import wording_judge  # noqa: PLC0415 - the same

    wording = Wording.load(judge=wording_judge(Settings()))
    _filter(lambda lines: check_lines(lines, wording))


@app.command()
def redact(*, as_json: Json = True) -> None:  # noqa: ARG001 - there is one format
    """Redact texts, one a line on standard input."""
    from compliance.lines import redact_lines  # noqa: PLC0415 - loads the rules

    _filter(redact_lines)


def _filter(work: Callable[[Iterable[str]], Iterator[str]]) -> None:
    for line in work(text.rstrip("\n") for text in sys.stdin):
        print(line, flush=True)  # noqa: T201 - the output
