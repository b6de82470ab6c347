"""`python -m bot.components.lean_rasa …`: Rasa's command line without TensorFlow.

Rasa imports TensorFlow for classes that our pipeline does not have (DIET, TED). It costs 310 MB
of memory in every process, five seconds of every start and 1.5 GB of disk, so a stand-in takes
its place. Whatever tries to use the stand-in other than as a name, an annotation or a base class
fails at once with the way out: a pipeline with a TensorFlow component runs under the plain
`rasa` command, which needs nothing from here.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from collections.abc import Sequence

_ABSENT = ("tensorflow", "tensorflow_hub", "tensorflow_text", "keras", "matplotlib")


class _Names(type):
    """Every attribute of the stand-in class is the class itself: `tf.keras.layers.Layer`."""

    def __getattr__(cls, name: str) -> type:
        if name.startswith("__"):
            raise AttributeError(name)
        return cls


class Absent(metaclass=_Names):
    """Stands for any class of an absent library; it can be named and subclassed, not used."""

    def __init__(self, *_: Any, **__: Any) -> None:
        """Refuse to exist."""
        self._refuse()

    def _refuse(self) -> NoReturn:
        message = "TensorFlow is not loaded here; this pipeline needs the plain `rasa` command"
        raise RuntimeError(message)


class _Module(ModuleType):
    __path__: list[str] = []  # noqa: RUF012 - a package, so that submodules can be imported

    def __getattr__(self, name: str) -> type:
        if name.startswith("__"):
            raise AttributeError(name)
        return Absent


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None = None,  # noqa: ARG002 - the protocol's signature
        target: ModuleType | None = None,  # noqa: ARG002 - the protocol's signature
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname.partition(".")[0] not in _ABSENT:
            return None
        return importlib.machinery.ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        return _Module(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Nothing to run."""


def main() -> None:
    """Run Rasa's command line with the arguments given."""
    sys.meta_path.insert(0, _Finder())
    from rasa.__main__ import main as rasa_main  # noqa: PLC0415 - after the stand-in

    rasa_main()


if __name__ == "__main__":
    main()
