"""The confusion matrix as a picture."""

from __future__ import annotations

from pathlib import Path

from matplotlib.figure import Figure
from sklearn.metrics import ConfusionMatrixDisplay

from yinqiao.evaluation.figures import ROUTES, Figures


def draw_confusion(figures: Figures, title: str, out: Path) -> None:
    """Write a PNG: rows are the right routes, columns what came of them."""
    figure = Figure(figsize=(7.5, 6.5), layout="constrained")
    axes = figure.subplots()
    display = ConfusionMatrixDisplay(figures.confusion(), display_labels=[*map(str, ROUTES)])
    display.plot(ax=axes, cmap="Blues", colorbar=False, xticks_rotation=35)
    axes.set(title=title, xlabel="route taken", ylabel="right route")
    figure.savefig(out, dpi=120)
