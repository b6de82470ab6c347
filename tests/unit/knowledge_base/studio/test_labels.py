"""Whatever a page may have to say has words."""

from __future__ import annotations

import ast
import importlib
import pkgutil
from pathlib import Path
from typing import get_args

import knowledge_base
from compliance.categories import CategoryFinder
from knowledge_base.article import Article
from knowledge_base.catalogue.revision import State
from knowledge_base.errors import KnowledgeError
from knowledge_base.exchange.errors import Reason
from knowledge_base.publication.regression import Must
from knowledge_base.studio import links
from knowledge_base.studio.labels import Labels
from knowledge_base.studio.wanted import COLUMNS, DUE
from knowledge_base.unanswered.asked import Outcome
from knowledge_base.unanswered.marks import Status

STUDIO = Path(links.__file__).parent
LABELS = Labels.load()


def test_every_sentence_that_the_pages_say_is_there() -> None:
    said = {key for path in STUDIO.glob("*.py") for key in _sentences(path)}
    assert said
    assert said - LABELS.texts.keys() == set()


def test_every_group_that_the_pages_name_is_there() -> None:
    named = {key for path in STUDIO.glob("*.py") for key in _groups(path)}
    assert named
    assert named - LABELS.names.keys() == set()


def test_codes_have_names() -> None:
    names = LABELS.names
    assert {*State} <= names["states"].keys()
    assert {*State} <= names["explained"].keys()
    assert {*Must} <= names["musts"].keys()
    assert {*Outcome} <= names["outcomes"].keys()
    assert {*Status} <= names["statuses"].keys()
    assert links.NAVIGATION.keys() <= names["pages"].keys()
    assert {*COLUMNS, "changed"} <= names["columns"].keys()
    assert names["due"].keys() == {*DUE}
    shown = Article.model_fields.keys() - {"status", "values"}
    assert shown <= names["fields"].keys()
    assert CategoryFinder.load().names


def test_every_error_has_words() -> None:
    """Importers' reasons are codes too; they are listed in `exchange.errors.Reason`."""
    for module in pkgutil.walk_packages(knowledge_base.__path__, "knowledge_base."):
        if module.name.endswith("errors"):
            importlib.import_module(module.name)
    codes = {error.code for error in _family(KnowledgeError)} | {*get_args(Reason)}
    assert codes - LABELS.names["errors"].keys() == set()


def test_messages_are_put_in_words_by_their_pattern() -> None:
    said = LABELS.in_words("steps", "encoded 20 of 40 texts")
    assert said == "正在计算语义向量 20 / 40"
    assert LABELS.in_words("steps", "something new") == "something new"


def _family(error: type[KnowledgeError]) -> set[type[KnowledgeError]]:
    """Return the error and all below it; those of the product, not of tests."""
    below = [one for child in error.__subclasses__() for one in _family(child)]
    return {one for one in (error, *below) if one.__module__.startswith("knowledge_base")}


def _calls(path: Path) -> list[ast.Call]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [node for node in ast.walk(tree) if isinstance(node, ast.Call)]


def _sentences(path: Path) -> set[str]:
    """Return the constant keys of calls like `labels("key")`, `visit.say("key")`."""
    found = set()
    for call in _calls(path):
        name = (
            call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        )
        first = call.args[0] if call.args else None
        if name in {"labels", "_labels", "say", "_done"} and isinstance(first, ast.Constant):
            found.add(str(first.value))
    return found


def _groups(path: Path) -> set[str]:
    """Return the constant groups of calls like `labels.of("states", …)`."""
    found = set()
    for call in _calls(path):
        first = call.args[0] if call.args else None
        if (
            isinstance(call.func, ast.Attribute)
            and call.func.attr in {"of", "in_words"}
            and isinstance(first, ast.Constant)
        ):
            found.add(str(first.value))
    return found
