"""P3, P4 by construction: nothing but the gate makes an `Approved`, nothing else holds a seal."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
ROOMS = (
    "language",
    "conversation",
    "compliance",
    "knowledge_base",
    "handoff",
    "bot",
    "connectors",
    "yinqiao",
)
MAKERS = {"Approved": {"compliance/gate.py"}, "Seal": {"yinqiao/wiring.py"}}


def makers(name: str) -> set[str]:
    """Return the files that call `name`, under whatever alias they imported it."""
    found = set()
    for room in ROOMS:
        for file in (ROOT / room).rglob("*.py"):
            tree = ast.parse(file.read_text("utf-8"))
            names = _aliases(tree, name)
            if any(_calls(node, names) for node in ast.walk(tree)):
                found.add(str(file.relative_to(ROOT)))
    return found


def _aliases(tree: ast.AST, name: str) -> set[str]:
    return {name} | {
        alias.asname
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.name == name and alias.asname
    }


def _calls(node: ast.AST, names: set[str]) -> bool:
    if not isinstance(node, ast.Call):
        return False
    called = node.func
    own = called.id if isinstance(called, ast.Name) else None
    attribute = called.attr if isinstance(called, ast.Attribute) else None
    copies = own == "replace" and any(
        isinstance(argument, ast.Name) and argument.id == "approved" for argument in node.args
    )
    return bool({own, attribute} & names) or ("Approved" in names and copies)


@pytest.mark.parametrize("name", list(MAKERS))
def test_there_is_one_maker(name: str) -> None:
    assert makers(name) == MAKERS[name]
