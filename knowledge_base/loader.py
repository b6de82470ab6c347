"""A folder of own content, read whole: every article, every named value, every fault at once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from knowledge_base.article import Article, parse
from knowledge_base.errors import ContentInvalid, Problem
from knowledge_base.values import load_values, render
from language.normalise import compact

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    WordingCheck = Callable[[str], Sequence[str]]
    """Takes a text, returns why it may not be shown (empty: it may)."""


def load_folder(content: Path, check: WordingCheck | None = None) -> list[Article]:
    """Read `content/values*.yml` and `content/articles/**/*.md`, sorted by id.

    `check` is the compliance gate's wording check; it sees title, wordings' answer as rendered.

    Raises:
        ContentInvalid: every fault of every file, so a writer mends them in one go.
    """
    values = {name: entry.value for name, entry in load_values(content).items()}
    problems: list[Problem] = []
    articles: dict[str, Article] = {}
    files: dict[str, str] = {}
    for path in sorted((content / "articles").rglob("*.md")):
        article = _read(path, values, problems)
        if article is None:
            continue
        problems += _file_problems(path, article, files)
        articles.setdefault(article.id, article)
        files.setdefault(article.id, str(path))
        if check is not None:
            problems += _wording_problems(path, article, check)
    if not files and not problems:
        problems.append(Problem(str(content), 0, "articles", "holds no articles/…/*.md"))
    problems += _repeated_wordings(articles.values(), files)
    if problems:
        raise ContentInvalid(problems)
    return [articles[key] for key in sorted(articles)]


def _read(path: Path, values: Mapping[str, str], problems: list[Problem]) -> Article | None:
    try:
        return parse(path.read_text(encoding="utf-8"), str(path), values)
    except UnicodeDecodeError:
        problems.append(Problem(str(path), 1, "file", "is not UTF-8"))
    except ContentInvalid as error:
        problems += error.problems
    return None


def _file_problems(path: Path, article: Article, files: Mapping[str, str]) -> list[Problem]:
    found: list[Problem] = []
    if article.id in files:
        found.append(Problem(str(path), 2, "id", f"already used by {files[article.id]}"))
    if article.id != path.stem:
        found.append(Problem(str(path), 2, "id", f"must equal the file name {path.stem}"))
    if article.topic != path.parent.name:
        found.append(Problem(str(path), 2, "topic", f"must equal the folder {path.parent.name}"))
    return found


def _wording_problems(path: Path, article: Article, check: WordingCheck) -> list[Problem]:
    texts = {"title": article.title, "body": render(article.body, article.values)}
    return [
        Problem(str(path), 0, field, reason)
        for field, text in texts.items()
        for reason in check(text)
    ]


def _repeated_wordings(articles: Iterable[Article], files: Mapping[str, str]) -> list[Problem]:
    """Two articles may not share a wording: an exact match must name one of them."""
    owner: dict[str, str] = {}
    found: list[Problem] = []
    known = list(articles)
    for article in known:
        for wording in article.wordings:
            key = compact(wording)
            first = owner.setdefault(key, article.id)
            if first != article.id:
                why = f"“{wording}” is already a wording of {first}"
                found.append(_at(files[article.id], wording, "questions", why))
    for article in known:
        for check in article.checks:
            if first := owner.get(compact(check), ""):
                why = f"“{check}” is a wording of {first}: it can test nothing"
                found.append(_at(files[article.id], check, "checks", why))
    return found


def _at(file: str, words: str, field: str, why: str) -> Problem:
    """Return a problem at the first line that holds these words, 0 if none does."""
    with Path(file).open(encoding="utf-8") as lines:
        line = next((number for number, text in enumerate(lines, 1) if words in text), 0)
    return Problem(file, line, field, why)
