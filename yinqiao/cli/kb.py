"""`yinqiao kb`: the knowledge base from the command line."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.table import Table

from knowledge_base.errors import ContentInvalid, KnowledgeError
from yinqiao.settings import Settings

app = typer.Typer(no_args_is_help=True)
console = Console()
errors = Console(stderr=True)
Json = Annotated[bool, typer.Option("--json", help="machine-readable output")]


def _fail(error: KnowledgeError) -> NoReturn:
    problems = error.problems if isinstance(error, ContentInvalid) else [error]
    for problem in problems:
        errors.print(str(problem), markup=False)
    raise typer.Exit(1)


@app.command()
def search(text: str, *, as_json: Json = False) -> None:
    """Search the published knowledge base as the bot does."""
    from knowledge_base.retrieval.search import Searcher  # noqa: PLC0415 - loads the encoder's libraries
    from yinqiao.knowledge import load_encoder  # noqa: PLC0415 - the same

    settings = Settings()
    try:
        result = Searcher.open(settings.snapshots_dir, load_encoder(settings)).search(text)
    except KnowledgeError as error:
        _fail(error)
    if as_json:
        print(json.dumps(asdict(result), ensure_ascii=False))  # noqa: T201 - the output
        return
    table = Table("article", "title", "score", title=f"{result.decision} {result.probability:.2f}")
    for hit in result.hits:
        table.add_row(hit.article_id, hit.title, f"{hit.score:.3f}")
    console.print(table)


@app.command()
def validate(path: Path) -> None:
    """Check articles and named values: every fault of every file."""
    from yinqiao.knowledge import load_content  # noqa: PLC0415 - loads the gate's data

    try:
        articles = load_content(path)
    except KnowledgeError as error:
        _fail(error)
    console.print(f"{len(articles)} articles are valid")


@app.command(name="import")
def import_(path: Path) -> None:
    """Copy a folder of valid articles into the content folder."""
    from yinqiao.knowledge import import_content  # noqa: PLC0415 - loads the gate's data

    try:
        count = import_content(path)
    except KnowledgeError as error:
        _fail(error)
    console.print(f"{count} articles imported; `yinqiao kb publish` puts them in service")


@app.command()
def publish() -> None:
    """Build a snapshot of the content folder and put it in service."""
    from yinqiao.knowledge import publish_content  # noqa: PLC0415 - loads the encoder's libraries

    try:
        with console.status("publishing") as status:
            snapshot = publish_content(Settings(), status.update)
    except KnowledgeError as error:
        _fail(error)
    console.print(f"in service: {snapshot.name}")


@app.command()
def rollback() -> None:
    """Put the snapshot before the present one back in service."""
    from knowledge_base.retrieval.publish import rollback as back  # noqa: PLC0415 - loads the encoder's

    try:
        name = back(Settings().snapshots_dir)
    except KnowledgeError as error:
        _fail(error)
    console.print(f"in service: {name}")


@app.command()
def evaluate(
    articles: Annotated[Path, typer.Option(help="JSON lines: id, title, questions, answer")],
    queries: Annotated[Path, typer.Option(help="JSON lines: text, article_id or null")],
    *,
    as_json: Json = False,
) -> None:
    """Measure build and search on any corpus, by the code that serves customers."""
    from knowledge_base.retrieval.evaluate import evaluate as measure  # noqa: PLC0415 - loads the encoder's
    from yinqiao.knowledge import fresh_builder  # noqa: PLC0415 - the same

    try:
        with errors.status("building") as status, fresh_builder(Settings()) as builder:
            figures = measure(articles, queries, builder, status.update)
    except KnowledgeError as error:
        _fail(error)
    if as_json:
        print(json.dumps(figures, ensure_ascii=False))  # noqa: T201 - the output
        return
    table = Table("figure", "value")
    for name, value in figures.items():
        table.add_row(name, str(value))
    console.print(table)
