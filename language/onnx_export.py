"""A SentenceTransformer as one small ONNX graph: token ids in, unit vectors out.

Build time only: needs torch, onnx and onnxruntime's quantiser, imported when called.

The graph takes `input_ids` int64 (texts, tokens) without padding and returns `embedding` float32
(texts, dimension): no attention mask, because texts of one call have the same number of tokens.
Two things are quantised. The embedding table becomes int8 with one scale a row and lies in a file
of its own, which the runtime maps into memory, so only rows in use cost memory. The weight
matrices become int8 with one scale a column, in the range of seven bits, because on processors
without VNNI the eight-bit kernels overflow; activations are quantised as they come.
"""

from __future__ import annotations

import copy
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy.typing as npt

GRAPH = "model.onnx"
TABLE = "model.onnx.data"
OPSET = 17
_INT8_MAX = 127


class CannotExport(ValueError):
    """The model has a shape this exporter does not know."""


def pooling_of(model: Any) -> str:
    """Return `mean` or `cls`, the ways of pooling the exporter knows.

    Raises:
        CannotExport: another way of pooling.
    """
    modes = [module.pooling_mode for module in model if hasattr(module, "pooling_mode")]
    mode = modes[0] if modes else None
    mode = mode[0] if isinstance(mode, (tuple, list)) and len(mode) == 1 else mode
    if mode not in ("mean", "cls"):
        msg = f"only mean and cls pooling can be exported, not {mode!r}"
        raise CannotExport(msg)
    return str(mode)


def export(model: Any, rows: Sequence[int], out: Path, twin: Any = None) -> None:
    """Write `model` (a SentenceTransformer on the CPU) to the directory `out`.

    `rows` are the rows of the embedding table to keep, in the order of the new token ids; empty
    means all of them. `twin` is another version of the uppermost layers: the graph then runs the
    layers below once and returns both vectors, the model's own first, side by side. The model is
    changed and must not be used afterwards.
    """
    draft = out / "draft.onnx"
    _trace(model, rows, draft, twin)
    _quantise_table(draft, len(rows) or model[0].auto_model.get_input_embeddings().num_embeddings)
    _quantise_matrices(draft, out)
    draft.unlink()


def _trace(model: Any, rows: Sequence[int], draft: Path, twin: Any) -> None:
    import torch  # noqa: PLC0415 - build time only

    words = model[0].auto_model.float().eval()
    words.set_attn_implementation("eager")
    if rows:
        table = words.get_input_embeddings().weight.data[torch.tensor(list(rows))].clone()
        words.set_input_embeddings(torch.nn.Embedding.from_pretrained(table))
    mean = pooling_of(model) == "mean"
    heads = _heads(words, twin)

    class Pooled(torch.nn.Module):  # type: ignore[misc]  # torch is not followed by mypy
        def __init__(self) -> None:
            super().__init__()
            self.words = words
            self.heads = torch.nn.ModuleList(heads)

        def forward(self, input_ids: torch.Tensor) -> torch.Tensor:
            states = self.words(input_ids=input_ids).last_hidden_state
            ends = [head(states).last_hidden_state for head in self.heads] or [states]
            pooled = [end.mean(dim=1) if mean else end[:, 0] for end in ends]
            return torch.cat([torch.nn.functional.normalize(one, dim=-1) for one in pooled], dim=-1)

    with torch.no_grad(), warnings.catch_warnings():
        # The tracing exporter is marked deprecated; its successor needs packages we do not.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            Pooled().eval(),
            (torch.ones(2, 7, dtype=torch.long),),
            str(draft),
            input_names=["input_ids"],
            output_names=["embedding"],
            dynamic_axes={"input_ids": {0: "texts", 1: "tokens"}, "embedding": {0: "texts"}},
            opset_version=OPSET,
            dynamo=False,
        )


def _heads(words: Any, twin: Any) -> list[Any]:
    """Cut the layers that `twin` replaces off `words`; return them and their replacement."""
    if twin is None:
        return []
    keep = len(words.encoder.layer) - len(twin.layer)
    heads = []
    for version in (None, twin):
        head = copy.deepcopy(words.encoder)
        head.layer = head.layer[keep:]
        if version is not None:
            head.load_state_dict(version.state_dict())
        heads.append(head.eval())
    words.encoder.layer = words.encoder.layer[:keep]
    return heads


def quantise_rows(
    table: npt.NDArray[np.float32],
) -> tuple[npt.NDArray[np.int8], npt.NDArray[np.float32]]:
    """Return int8 values (rows, columns) and scales (rows, 1) with `values * scales ≈ table`."""
    scales = (np.abs(table).max(axis=1, keepdims=True) / _INT8_MAX).astype(np.float32)
    scales[scales == 0] = 1
    return np.rint(table / scales).astype(np.int8), scales


def _quantise_table(draft: Path, rows: int) -> None:
    """Replace the lookup in the float table by one in the int8 table and one in its scales."""
    import onnx  # noqa: PLC0415 - build time only
    from onnx import TensorProto, helper, numpy_helper  # noqa: PLC0415 - as above

    model = onnx.load(str(draft))
    graph = model.graph
    lookups = {node.input[0]: node for node in graph.node if node.op_type == "Gather"}
    tables = [
        tensor for tensor in graph.initializer if tensor.name in lookups and tensor.dims[0] == rows
    ]
    if len(tables) != 1:
        msg = f"expected one embedding table of {rows} rows, found {len(tables)}"
        raise CannotExport(msg)
    table, lookup = tables[0], lookups[tables[0].name]
    values, scales = quantise_rows(numpy_helper.to_array(table))
    graph.initializer.remove(table)
    graph.initializer.extend(
        [numpy_helper.from_array(values, "table"), numpy_helper.from_array(scales, "table_scales")]
    )
    ids, output = lookup.input[1], lookup.output[0]
    place = list(graph.node).index(lookup)
    graph.node.remove(lookup)
    replacement = [
        helper.make_node("Gather", ["table", ids], ["row_int8"]),
        helper.make_node("Cast", ["row_int8"], ["row_float"], to=TensorProto.FLOAT),
        helper.make_node("Gather", ["table_scales", ids], ["row_scale"]),
        helper.make_node("Mul", ["row_float", "row_scale"], [output]),
    ]
    for offset, node in enumerate(replacement):
        graph.node.insert(place + offset, node)
    onnx.save(model, str(draft))


def _quantise_matrices(draft: Path, out: Path) -> None:
    import onnx  # noqa: PLC0415 - build time only
    from onnx.external_data_helper import set_external_data  # noqa: PLC0415 - as above
    from onnxruntime.quantization import QuantType, quantize_dynamic  # noqa: PLC0415 - as above
    from onnxruntime.quantization.quant_utils import (  # noqa: PLC0415 - as above
        add_pre_process_metadata,
    )

    # The quantiser would advise a preparation that only matters for convolutions.
    model = onnx.load(str(draft))
    add_pre_process_metadata(model)
    onnx.save(model, str(draft))
    whole = out / "whole.onnx"
    quantize_dynamic(
        draft,
        whole,
        op_types_to_quantize=["MatMul"],
        per_channel=True,
        reduce_range=True,
        weight_type=QuantType.QInt8,
    )
    quantised = onnx.load(str(whole))
    table = next(tensor for tensor in quantised.graph.initializer if tensor.name == "table")
    set_external_data(table, location=TABLE)
    onnx.save_model(quantised, str(out / GRAPH))
    whole.unlink()
