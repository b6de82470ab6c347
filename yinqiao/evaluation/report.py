"""The evaluation as text: the terminal and docs/evaluation.md show the same Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from conversation.turn import Route
from yinqiao.evaluation.dialogues import Ending, by_ability, share_of
from yinqiao.evaluation.figures import ROUTES, Figures, Share
from yinqiao.evaluation.goals import GOALS

_EXPECTED = tuple(route for route in ROUTES if route is not Route.CLARIFY)


@dataclass(frozen=True, slots=True)
class Evaluation:
    """One run. `product` holds the figures of each set by its name.

    `understood` and `stock` are the intents alone, of the product and of the stock pipeline, over
    all sets, as routes; None when there was no comparison.
    """

    on: date
    machine: str
    training: int
    """Number of training examples."""
    product: Mapping[str, Figures]
    understood: Figures | None = None
    stock: Figures | None = None
    endings: Sequence[Ending] = ()
    """Where conversations of several messages led."""

    @property
    def together(self) -> Figures:
        """All sets as one."""
        return Figures([o for figures in self.product.values() for o in figures.outcomes])


def render(evaluation: Evaluation) -> str:
    """Return the whole report as Markdown."""
    return "\n".join(_lines(evaluation)) + "\n"


def _lines(evaluation: Evaluation) -> Iterator[str]:
    yield "# Routing of utterances that training never saw"
    yield ""
    flags = "--stock --write" if evaluation.stock else "--write"
    yield f"Written by `yinqiao evaluate {flags}` against a running system on {evaluation.on}"
    yield f"({evaluation.machine}), trained on {evaluation.training} examples."
    yield "In brackets: Wilson's 95 % interval."
    yield ""
    yield "A question back counts as the right way for a consultation, and the other way round."
    yield ""
    yield "![confusion](pictures/confusion.png)"
    for name, figures in evaluation.product.items():
        yield from _goals(f"`{name}`: {len(figures.outcomes)} utterances", figures)
    together = evaluation.together
    if len(evaluation.product) > 1:
        yield from _goals(f"All {len(together.outcomes)}", together)
    yield from _routes(together)
    yield from _comparison(evaluation)
    yield from _dialogues(evaluation.endings)
    yield from _misses(together)


def _goals(title: str, figures: Figures) -> Iterator[str]:
    yield from (
        "",
        f"## {title}",
        "",
        "| figure | measured | goal | |",
        "| --- | --- | --- | --- |",
    )
    for goal in GOALS:
        mark = "✓" if goal.met(figures) else "✗"
        yield f"| {goal.title} | {share(goal.measure(figures))} | {goal.wanted} | {mark} |"
    median, slow = figures.latency_ms
    yield f"| consultation answered at once | {share(figures.answered)} | | |"
    yield f"| intent right, where the set names one | {share(figures.intents)} | | |"
    yield f"| time to the end of the turn, median and p95 | {median:.0f}, {slow:.0f} ms | | |"


def _routes(figures: Figures) -> Iterator[str]:
    yield from (
        "",
        "## Route by route",
        "",
        "| route | recall | precision |",
        "| --- | --- | --- |",
    )
    for route in _EXPECTED:
        yield f"| {route} | {share(figures.recall(route))} | {share(figures.precision(route))} |"


def _comparison(evaluation: Evaluation) -> Iterator[str]:
    product, stock = evaluation.understood, evaluation.stock
    if product is None or stock is None:
        return
    yield from ("", "## Beside Rasa's stock Chinese pipeline", "")
    yield "JiebaTokenizer, CountVectors, DIET and TED, trained on the same data in the same run."
    yield "Both by the intent alone, so that neither is helped or held back by the search."
    yield from ("", "| figure | Yinqiao | stock |", "| --- | --- | --- |")
    rows: Sequence[tuple[str, Share, Share]] = [
        *((g.title, g.measure(product), g.measure(stock)) for g in GOALS[:-1]),
        ("intent right", product.intents, stock.intents),
    ]
    for title, ours, theirs in rows:
        yield f"| {title} | {share(ours)} | {share(theirs)} |"


def _dialogues(endings: Sequence[Ending]) -> Iterator[str]:
    if not endings:
        return
    yield from ("", f"## {len(endings)} conversations of several messages", "")
    yield "The last message has to be led the right way, a consultation to the right article: one"
    yield "that is shown or offered."
    yield from ("", "| what is tried | right |", "| --- | --- |")
    yield from (f"| {name} | {share(right)} |" for name, right in by_ability(endings).items())
    yield f"| all | {share(share_of(endings))} |"
    yield from ("", "| missed | right | taken | shown |", "| --- | --- | --- | --- |")
    for ending in endings:
        if not ending.right:
            said, shown = " / ".join(ending.case.turns), "; ".join(ending.titles)
            yield f"| {said} | {ending.case.expect.route} | {ending.route} | {shown} |"


def _misses(figures: Figures) -> Iterator[str]:
    misses = figures.misses
    yield from ("", f"## Every miss ({len(misses)})", "")
    if not misses:
        return
    yield from ("| utterance | right | taken | intent | confidence |", "|---|---|---|---|---|")
    for miss in misses:
        text = miss.case.text.replace("|", "\\|")
        route = miss.case.route
        yield f"| {text} | {route} | {miss.route} | {miss.intent} | {miss.confidence:.2f} |"


def share(share: Share) -> str:
    """Return such as `96.1 % [94.0, 97.5] (98/102)`."""
    low, high = share.interval
    bounds = f"[{low * 100:.1f}, {high * 100:.1f}]"
    return f"{share.value * 100:.1f} % {bounds} ({share.hits}/{share.of})"
