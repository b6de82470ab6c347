"""`yinqiao kb`: the knowledge base from the command line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from knowledge_base.errors import ContentInvalid, KnowledgeError
from yinqiao.settings import Settings

app = typer.Typer(no_args_is_help=True)
console = Console()
errors = Console(stderr=True)
Json = Annotated[bool, typer.Option("--json", help="machine-readable output")]
Existing = Annotated[Path, typer.Argument(exists=True)]
Folder = Annotated[Path, typer.Argument(exists=True, file_okay=False)]


def _file(help_: str) -> Any:
    return typer.Option(help=help_, exists=True, dir_okay=False)


@contextmanager
def _told() -> Iterator[None]:
    """End with the faults in words, one a line, instead of a traceback."""
    try:
        yield
    except (KnowledgeError, OSError) as error:
        problems = error.problems if isinstance(error, ContentInvalid) else [error]
        for problem in problems:
            errors.print(str(problem), markup=False, highlight=False, soft_wrap=True)
        raise typer.Exit(1) from None


@app.command()
def search(text: str, *, as_json: Json = False) -> None:
    """Search the published knowledge base as the bot does."""
    from knowledge_base.retrieval.search import Searcher  # noqa: PLC0415 - loads the encoder's libraries
    from yinqiao.knowledge import load_encoder  # noqa: PLC0415 - the same

    settings = Settings()
    with _told():
        result = Searcher.open(settings.snapshots_dir, load_encoder(settings)).search(text)
    if as_json:
        print(json.dumps(asdict(result), ensure_ascii=False))  # noqa: T201 - the output
        return
    table = Table("article", "title", "score", title=f"{result.decision} {result.probability:.2f}")
    for hit in result.hits:
        table.add_row(hit.article_id, hit.title, f"{hit.score:.3f}")
    console.print(table)


@app.command()
def validate(path: Folder) -> None:
    """Check articles and named values: every fault of every file."""
    from yinqiao.content import load_content  # noqa: PLC0415 - loads the gate's data

    with _told():
        articles = load_content(path)
    console.print(f"{len(articles)} articles are valid")


@app.command(name="import")
def import_(
    path: Existing,
    *,
    drafts: Annotated[
        bool, typer.Option("--drafts", help="send them through review instead of publishing next")
    ] = False,
) -> None:
    """Bring a folder of articles, or a .docx, .md, .xlsx or .csv as drafts, into the catalogue."""
    from yinqiao.content import import_file, import_folder, open_catalogue  # noqa: PLC0415 - heavy

    catalogue = open_catalogue(Settings())
    with _told():
        if path.is_dir():
            made = import_folder(catalogue, path, drafts=drafts)
        else:
            made = import_file(catalogue, path)
            drafts = True
    then = "a reviewer approves them in the studio" if drafts else "`yinqiao kb publish` follows"
    console.print(f"{len(made)} new revisions; {then}")


@app.command()
def publish(
    override: Annotated[
        str, typer.Option(help="why to publish although the regression set got worse")
    ] = "",
) -> None:
    """Build a snapshot of what is approved, check it, and put it in service."""
    from yinqiao.content import OPERATOR, open_catalogue  # noqa: PLC0415 - heavy
    from yinqiao.publishing import open_publisher, today  # noqa: PLC0415 - the same

    settings = Settings()
    publisher = open_publisher(settings, open_catalogue(settings))
    with _told():
        with console.status("publishing") as status:
            candidate = publisher.prepare(today(), status.update)
        publication = publisher.release(candidate, OPERATOR, override)
    console.print(f"in service: {publication.snapshot}, {publication.articles} articles")


@app.command()
def rollback(
    snapshot: Annotated[str | None, typer.Argument(help="default: the last one")] = None,
    why: Annotated[str, typer.Option(help="the reason, for the record")] = "from the command line",
) -> None:
    """Put an earlier snapshot back in service."""
    from yinqiao.content import OPERATOR, open_catalogue  # noqa: PLC0415 - heavy
    from yinqiao.publishing import open_publisher  # noqa: PLC0415 - the same

    settings = Settings()
    with _told():
        publisher = open_publisher(settings, open_catalogue(settings))
        publication = publisher.roll_back(OPERATOR, snapshot, why)
    console.print(f"in service: {publication.snapshot}")


@app.command()
def export(path: Annotated[Path, typer.Argument(help="a .zip, .xlsx or .csv to write")]) -> None:
    """Write everything that is published to a file; a .zip can be imported again."""
    from knowledge_base.exchange import export as exports  # noqa: PLC0415 - heavy
    from yinqiao.content import open_catalogue  # noqa: PLC0415 - the same
    from yinqiao.publishing import today  # noqa: PLC0415 - the same

    catalogue = open_catalogue(Settings())
    # What is published: an approved text that waits for its day stays at home.
    articles = catalogue.effective(today(), frozenset())
    with _told():
        match path.suffix:
            case ".zip":
                count = exports.export_archive(articles, catalogue.values(), path)
            case ".xlsx":
                count = exports.export_xlsx(articles, path)
            case ".csv":
                count = exports.export_csv(articles, path)
            case other:
                raise typer.BadParameter(f"{other or path.name}: write to .zip, .xlsx or .csv")
    console.print(f"{count} articles in {path}")


@app.command()
def evaluate(
    articles: Annotated[Path, _file("JSON lines: id, title, questions, answer")],
    queries: Annotated[Path, _file("JSON lines: text, article_id or null")],
    *,
    as_json: Json = False,
) -> None:
    """Measure build and search on any corpus, by the code that serves customers."""
    from knowledge_base.retrieval.evaluate import evaluate as measure  # noqa: PLC0415 - loads the encoder's
    from yinqiao.knowledge import fresh_builder  # noqa: PLC0415 - the same

    with _told(), errors.status("building") as status, fresh_builder(Settings()) as builder:
        figures = measure(articles, queries, builder, status.update)
    if as_json:
        print(json.dumps(figures, ensure_ascii=False))  # noqa: T201 - the output
        return
    table = Table("figure", "value")
    for name, value in figures.items():
        table.add_row(name, str(value))
    console.print(table)
