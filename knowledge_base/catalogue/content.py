"""An item's content: from and to the models of articles and values, and what is wrong with it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from pydantic import BaseModel, ValidationError

from knowledge_base.article import Article, FrontMatter
from knowledge_base.catalogue.errors import Fault
from knowledge_base.catalogue.revision import Kind, Revision
from knowledge_base.errors import ContentInvalid
from knowledge_base.values import NAME, NamedValue, placeholders, render
from language.normalise import compact

WordingCheck = Callable[[str], Sequence[str]]
"""Takes a text, returns why it may not be shown (empty: it may)."""

# The same few thousand wordings are compared at every keystroke.
compacted = lru_cache(maxsize=32_768)(compact)
"""`language.normalise.compact`, remembered."""

_DERIVED = {"status", "values"}
"""Fields of an article that the catalogue knows better: from the state and from the values."""


@dataclass(frozen=True, slots=True)
class Around:
    """The other items that a content must agree with."""

    values: Mapping[str, str] = field(default_factory=dict)
    """Texts of the values an article may cite."""
    wordings: Mapping[str, str] = field(default_factory=dict)
    """Compacted wording of another article → that article's id."""
    checks: Mapping[str, str] = field(default_factory=dict)
    """The same for the others' checks."""


def article_content(article: Article) -> dict[str, Any]:
    """Return an article's content as revisions keep it."""
    return article.model_dump(mode="json", exclude=_DERIVED)


def value_content(value: NamedValue) -> dict[str, Any]:
    """Return a named value's content as revisions keep it."""
    return value.model_dump(mode="json")


def tidy(kind: Kind, item: str, content: Mapping[str, Any]) -> dict[str, Any]:
    """Return a copy of its own, with the item's id and without what is derived.

    It is as JSON would give it back: tuples are lists, dates ISO 8601. Halves of surrogate pairs,
    which no database takes, are dropped.
    """
    content = json.loads(storable(json.dumps(dict(content), ensure_ascii=False, default=str)))
    if kind is Kind.VALUE:
        return {name: value for name, value in content.items() if name != "id"}
    return {name: value for name, value in content.items() if name not in _DERIVED} | {"id": item}


def storable(text: str) -> str:
    """Return the text without what a database refuses: NUL and halves of surrogate pairs."""
    return text.encode("utf-8", "ignore").decode("utf-8").replace("\0", "")


def article_of(revision: Revision, values: Mapping[str, str]) -> Article:
    """Return the article a revision makes with these values.

    Raises:
        ContentInvalid: it cites a value that is not among them, or it is no article.
    """
    try:
        article = Article.model_validate(dict(revision.content))
    except ValidationError as error:
        raise ContentInvalid(_model_faults(revision.item, error)) from error
    cited = placeholders(article.body)
    if unknown := [name for name in cited if name not in values]:
        raise ContentInvalid(_unknown_values(revision.item, unknown))
    return article.model_copy(update={"values": {name: values[name] for name in cited}})


def wordings_of(revisions: Iterable[Revision]) -> dict[str, str]:
    """Return compacted wording → article id of these articles; the first one keeps a wording."""
    found: dict[str, str] = {}
    for revision in revisions:
        for text in (revision.content.get("title"), *_texts(revision.content.get("questions"))):
            if text and isinstance(text, str):
                found.setdefault(compacted(text), revision.item)
    return found


def checks_of(revisions: Iterable[Revision]) -> dict[str, str]:
    """Return `compact` check → article id of these articles."""
    found: dict[str, str] = {}
    for revision in revisions:
        for text in _texts(revision.content.get("checks")):
            found.setdefault(compacted(text), revision.item)
    return found


def article_faults(
    item: str, content: Mapping[str, Any], around: Around, check: WordingCheck
) -> list[Fault]:
    """Return everything that keeps an article's content from being published."""
    try:
        draft = FrontMatter.model_validate(dict(content))
    except ValidationError as error:
        return [*_model_faults(item, error), *_raw_wording_faults(item, content, check)]
    unknown = [name for name in placeholders(draft.body) if name not in around.values]
    faults = _unknown_values(item, unknown)
    shown = {name: around.values.get(name, "") for name in placeholders(draft.body)}
    for name, text in (("title", draft.title), ("body", render(draft.body, shown))):
        faults += _refused(item, name, text, check)
    return [*faults, *_wording_faults(draft, around)]


def value_faults(item: str, content: Mapping[str, Any], check: WordingCheck) -> list[Fault]:
    """Return everything that keeps a named value's content from being published."""
    faults: list[Fault] = []
    if not NAME.fullmatch(item):
        faults.append(Fault(item, 0, "id", "not a lower-case identifier", "id_invalid", item))
    try:
        value = NamedValue.model_validate(dict(content))
    except ValidationError as error:
        return [*faults, *_model_faults(item, error)]
    return [*faults, *_refused(item, "value", value.value, check)]


def id_faults(kind: Kind, item: str) -> list[Fault]:
    """Return what is wrong with a new item's id, which can never be changed later."""
    faults = value_faults(item, {}, _nothing) if kind is Kind.VALUE else _id_faults_article(item)
    return [fault for fault in faults if fault.field == "id"]


def _id_faults_article(item: str) -> list[Fault]:
    return article_faults(item, {"id": item}, Around(), _nothing)


def _nothing(_: str) -> Sequence[str]:
    return ()


def _model_faults(item: str, error: ValidationError) -> list[Fault]:
    found: list[Fault] = []
    for one in error.errors():
        place = ".".join(str(part) for part in one["loc"])
        code, detail = one["type"], str(one.get("input", ""))[:200]
        if code == "value_error" and not place:
            place, code, detail = "expires", "dates_order", ""
        elif place == "id":
            code = "id_invalid"
        found.append(Fault(item, 0, place or "content", one["msg"], code, detail))
    return found


def _unknown_values(item: str, names: Iterable[str]) -> list[Fault]:
    return [
        Fault(item, 0, "body", f"unknown value {name}", "unknown_value", name) for name in names
    ]


def _refused(item: str, name: str, text: str, check: WordingCheck) -> list[Fault]:
    return [Fault(item, 0, name, why, "wording_refused", why) for why in check(text)]


def _raw_wording_faults(
    item: str, content: Mapping[str, Any], check: WordingCheck
) -> Iterable[Fault]:
    """Prohibited words are told while the rest is still unfinished."""
    for name in ("title", "body"):
        if isinstance(text := content.get(name), str):
            yield from _refused(item, name, text, check)


def _wording_faults(draft: BaseModel, around: Around) -> Iterable[Fault]:
    article = Article.model_validate(draft.model_dump())
    own = {compacted(text) for text in article.wordings}
    for text in article.wordings:
        if other := around.wordings.get(compacted(text)):
            yield _repeated(article.id, "questions", text, other)
        elif other := around.checks.get(compacted(text)):
            why = f"“{text}” is a check of {other}: it would test nothing"
            yield Fault(article.id, 0, "questions", why, "check_is_wording", f"{text} ({other})")
    for text in article.checks:
        key = compacted(text)
        if other := article.id if key in own else around.wordings.get(key, ""):
            why = f"“{text}” is a wording of {other}: it can test nothing"
            yield Fault(article.id, 0, "checks", why, "check_is_wording", f"{text} ({other})")


def _repeated(item: str, name: str, text: str, other: str) -> Fault:
    why = f"“{text}” is already a wording of {other}"
    return Fault(item, 0, name, why, "repeated_wording", f"{text} ({other})")


def repeated_wordings(articles: Iterable[Article]) -> list[Fault]:
    """Return the wordings that two articles share: an exact match must name one of them."""
    owner: dict[str, str] = {}
    return [
        _repeated(article.id, "questions", text, other)
        for article in articles
        for text in article.wordings
        if (other := owner.setdefault(compacted(text), article.id)) != article.id
    ]


def _texts(value: object) -> list[str]:
    """Drafts may hold anything."""
    return [str(part) for part in value] if isinstance(value, (list, tuple)) else []
