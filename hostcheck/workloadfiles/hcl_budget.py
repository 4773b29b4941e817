"""Limits on the evaluation of an HCL file, because nested loops and repeated lists grow faster than the file."""

from collections.abc import Sequence

from hostcheck.workloadfiles.hcl_values import MOST_ELEMENTS, TOO_LARGE, UnknownValueError
from hostcheck.workloadfiles.node import Node

_MOST_STEPS = 60_000
"""Maximum number of evaluations in a file: nested loops repeat their expressions."""
_LETTERS_OF_A_STEP = 64


class Budget:
    """The evaluations of one file, and the sizes of the values they produced."""

    def __init__(self) -> None:
        self._sizes: dict[int, tuple[Node, int]] = {}
        self._steps = 0

    def step(self, count: int = 1) -> None:
        """Count evaluations, or the elements that one produced.

        Raises:
            UnknownValueError: if the maximum is exceeded.
        """
        self._steps += count
        if self._steps > _MOST_STEPS:
            raise UnknownValueError("the file has too many expressions to evaluate them here")

    def sized(self, node: Node) -> Node:
        """Return the node, if its total size is within the limit.

        Raises:
            UnknownValueError: if the size exceeds the limit. Lists that contain one list many times grow fast.
        """
        self.step(_own_size(node))
        if self._size(node) > MOST_ELEMENTS:
            raise UnknownValueError(TOO_LARGE)
        return node

    def _size(self, node: Node) -> int:
        """Return the size of a node with all nodes within, including nodes that a function made."""
        if id(node) not in self._sizes:
            # The node is stored with its size, because the id of a deleted node may be used again.
            self._sizes[id(node)] = (node, _own_size(node) + sum(map(self._size, _inner(node))))
        return self._sizes[id(node)][1]


def _inner(node: Node) -> Sequence[Node]:
    return [*node.mapping().values()] if node.is_mapping else node.elements() if node.is_list else ()


def _own_size(node: Node) -> int:
    return 1 + (len(node.value) // _LETTERS_OF_A_STEP if isinstance(node.value, str) else len(_inner(node)))
