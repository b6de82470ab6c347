"""Tuning the sentence encoder on labelled sentences, several tasks at once.

Build time only: needs torch and sentence-transformers. As in `language.fine_tuning` the lower
layers stay as they are and their output is computed once; the upper ones learn, together with a
linear head for each task, to tell the classes apart (cross entropy, classes weighted by the root
of their rarity). The encoder that is written returns the untuned and the tuned vector side by
side, and the heads lie beside it (`language.heads`).
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from language import heads
from language.encoder import CARD, QUERY, fingerprint_of
from language.fine_tuning import Tuner, fast, learning, ramp

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    Numbers = NDArray[np.int64]

FORMAT = 1
"""Raised when the same examples would now give another result."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to tune; measured in docs/decisions/0023-tuned-encoder.md."""

    epochs: int = 3
    batch: int = 64
    layers: int = 4
    rate: float = 2e-4
    head_rate: float = 5e-3
    warm_up: float = 0.1
    scale: float = 20.0
    """Inverse temperature: logits are `scale` times products with unit vectors."""
    seed: int = 1


@dataclass(frozen=True)
class Task:
    """Rows of the sentences, their labels as indices into `classes`, and the head that learns."""

    name: str
    rows: Numbers
    labels: Numbers
    classes: tuple[str, ...]
    head: Any
    weights: torch.Tensor


def tune(
    source: Path,
    labelled: Sequence[tuple[str, str, str]],
    out: Path,
    recipe: Recipe,
    progress: Callable[[str], None],
) -> None:
    """Write an encoder tuned on `labelled` (text, task, class) into the new folder `out`.

    `source` is a SentenceTransformer's folder.
    """
    torch.set_num_threads(1)  # on several, sums and so the weights would differ by machine
    progress("reading the sentences")
    tuner = Tuner(source, [QUERY + text for text, _, _ in labelled], recipe.layers)
    torch.manual_seed(recipe.seed)
    tasks = [_task(name, labelled, tuner) for name in sorted({task for _, task, _ in labelled})]
    upper = learning(tuner.upper)
    slow = {"params": list(upper.parameters()), "lr": recipe.rate}
    quick = [parameter for task in tasks for parameter in task.head.parameters()]
    optimiser = torch.optim.AdamW(
        [slow, {"params": quick, "lr": recipe.head_rate}], weight_decay=0.01
    )
    batches = list(_batches(tasks, tuner.sizes, recipe))
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, ramp(len(batches), recipe.warm_up))
    for step, (task, chosen) in enumerate(batches, 1):
        with fast():
            vectors = tuner.run(upper, task.rows[chosen]).float()
        loss = torch.nn.functional.cross_entropy(
            recipe.scale * task.head(vectors), torch.tensor(task.labels[chosen]), task.weights
        )
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
        if step % 50 == 0:
            progress(f"tuning: step {step} of {len(batches)}, loss {loss.item():.3f}")
    tuner.save(upper.eval(), out)
    heads.save({task.name: _written(task, recipe.scale) for task in tasks}, out)


def _task(name: str, labelled: Sequence[tuple[str, str, str]], tuner: Tuner) -> Task:
    """Prepare a task; its head starts at the directions of the classes' means."""
    rows = np.array([row for row, (_, task, _) in enumerate(labelled) if task == name])
    names = [labelled[row][2] for row in rows]
    classes = tuple(sorted(set(names)))
    labels = np.searchsorted(classes, names).astype(np.int64)
    vectors = torch.tensor(tuner.base[rows])
    mean = vectors.mean(dim=0)
    head = torch.nn.Linear(vectors.shape[1], len(classes))
    with torch.no_grad():
        for number in range(len(classes)):
            direction = vectors[torch.tensor(labels == number)].mean(dim=0) - mean
            head.weight[number] = direction / direction.norm()
        head.bias.copy_(-(head.weight @ mean))
    size = np.bincount(labels)
    weights = torch.tensor(np.sqrt(len(labels) / (len(size) * size)), dtype=torch.float32)
    return Task(name, rows, labels, classes, head, weights)


def _batches(
    tasks: Sequence[Task], sizes: Numbers, recipe: Recipe
) -> Iterator[tuple[Task, Numbers]]:
    """Yield each epoch's batches in mixed order, sentences of like length together."""
    draw = np.random.default_rng(recipe.seed)
    for _ in range(recipe.epochs):
        epoch: list[tuple[Task, Numbers]] = []
        for task in tasks:
            order = draw.permutation(len(task.rows))
            for start in range(0, len(order), 16 * recipe.batch):
                chunk = order[start : start + 16 * recipe.batch]
                chunk = chunk[np.argsort(sizes[task.rows[chunk]], kind="stable")]
                epoch += [
                    (task, chunk[place : place + recipe.batch])
                    for place in range(0, len(chunk), recipe.batch)
                ]
        for place in draw.permutation(len(epoch)):
            yield epoch[place]


def _written(task: Task, scale: float) -> heads.Head:
    weights = (scale * task.head.weight.detach().T).contiguous().numpy()
    return heads.Head(task.classes, weights, (scale * task.head.bias.detach()).numpy())


def key_of(encoder: Path, labelled: Sequence[tuple[str, str, str]]) -> str:
    """Return a hash of everything the tuned encoder depends on."""
    about = [FORMAT, fingerprint_of(encoder), str(Recipe()), list(labelled)]
    return hashlib.sha256(json.dumps(about, ensure_ascii=False).encode()).hexdigest()


def is_current(out: Path, key: str) -> bool:
    """Tell whether `out` already holds the encoder of this key."""
    try:
        return bool(json.loads((out / CARD).read_text("utf-8")).get("tuned") == key)
    except (OSError, ValueError):
        return False


def build(
    encoder: Path,
    labelled: Sequence[tuple[str, str, str]],
    out: Path,
    progress: Callable[[str], None],
) -> None:
    """Bring `out` up to date; it appears whole or not at all."""
    key = key_of(encoder, labelled)
    if is_current(out, key):
        progress(f"encoder in {out} is up to date")
        return
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name}-") as folder:
        draft = Path(folder) / out.name
        tune(encoder / "st", labelled, draft, Recipe(), progress)
        card = json.loads((draft / CARD).read_text("utf-8"))
        (draft / CARD).write_text(json.dumps({**card, "tuned": key}, indent=2) + "\n", "utf-8")
        shutil.rmtree(out, ignore_errors=True)
        draft.rename(out)
    progress(f"encoder in {out} is ready")


def main(encoder: str, examples: str, out: str) -> None:
    """Tune on `examples`, a JSON list of [text, task, class]."""
    labelled = [tuple(row) for row in json.loads(Path(examples).read_text("utf-8"))]
    build(Path(encoder), labelled, Path(out), lambda line: print(line, flush=True))  # noqa: T201


if __name__ == "__main__":
    main(*sys.argv[1:])
