"""`yinqiao evaluate`: held-out utterances and dialogues through the running system."""

from __future__ import annotations

import asyncio
import os
import platform
import tempfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.markdown import Markdown

from connectors.web.tokens import Tokens
from yinqiao.asking import Asker
from yinqiao.evaluation.cases import HELD_OUT, Case, count_examples, load_cases
from yinqiao.evaluation.dialogues import Ending, endings_of, load_dialogues
from yinqiao.evaluation.figures import Figures, Outcome
from yinqiao.evaluation.intents import actions_of_intents, route_by_rule
from yinqiao.evaluation.picture import draw_confusion
from yinqiao.evaluation.report import Evaluation, render
from yinqiao.evaluation.running import outcomes_of
from yinqiao.evaluation.stock import stock_outcomes
from yinqiao.settings import ROOT, Settings

DOCS = ROOT / "docs"


def evaluate(settings: Settings, console: Console, path: Path, *, stock: bool, write: bool) -> None:
    """Measure, print the report, and write it and its picture into `docs` when asked to.

    Raises:
        GatewayUnreachable, Refused: the system does not run or does not answer.
        SetupFailed: the stock pipeline could not be made.
    """
    cases = load_cases(path)
    product = {name: Figures(_ask(settings, console, name, of)) for name, of in cases.items()}
    evaluation = Evaluation(
        datetime.now(UTC).date(),
        f"{os.cpu_count()} cores, {platform.machine()}",
        count_examples(),
        product,
        endings=_converse(settings, console) if path == HELD_OUT else (),
    )
    if stock:
        evaluation = _beside_stock(evaluation, console)
    text = render(evaluation)
    console.print(Markdown(text))
    if write:
        (DOCS / "evaluation.md").write_text(text, "utf-8")
        picture = DOCS / "pictures" / "confusion.png"
        draw_confusion(evaluation.together, "Routes of held-out utterances", picture)


def _ask(settings: Settings, console: Console, name: str, cases: list[Case]) -> list[Outcome]:
    asker = Asker(settings.gateway_url, Tokens(settings.secret()))

    async def run() -> list[Outcome]:
        outcomes: list[Outcome] = []
        with console.status(name) as status:
            async for outcome in outcomes_of(asker, cases):
                outcomes.append(outcome)
                status.update(f"{name}: {len(outcomes)} of {len(cases)}")
        return outcomes

    return asyncio.run(run())


def _converse(settings: Settings, console: Console) -> list[Ending]:
    asker, cases = Asker(settings.gateway_url, Tokens(settings.secret())), load_dialogues()

    async def run() -> list[Ending]:
        with console.status("conversations"):
            return [ending async for ending in endings_of(asker, cases)]

    return asyncio.run(run())


def _beside_stock(evaluation: Evaluation, console: Console) -> Evaluation:
    actions = actions_of_intents()
    outcomes = evaluation.together.outcomes
    understood = [replace(o, route=route_by_rule(o.intent, actions)) for o in outcomes]
    cases = [o.case for o in outcomes]
    with tempfile.TemporaryDirectory() as work, console.status("stock") as status:
        stock = stock_outcomes(cases, Path(work), status.update)
    return replace(evaluation, understood=Figures(understood), stock=Figures(stock))
