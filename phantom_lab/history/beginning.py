"""The beginning of a list that only ever grows: as long as it was, without a copy."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar, overload

Item = TypeVar("Item")


class Beginning(Sequence[Item]):
    """The first items of a list.

    Args:
        items: nothing is ever taken out of it, or put before its end.
        length: how many.
    """

    __slots__ = ("_items", "_length")

    def __init__(self, items: list[Item], length: int) -> None:
        self._items, self._length = items, length

    @property
    def at(self) -> Callable[[int], Item]:
        """An item by its place, for whoever knows that there is one."""
        return self._items.__getitem__

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[Item]:
        return islice(self._items, self._length)

    def __reversed__(self) -> Iterator[Item]:
        return map(self._items.__getitem__, range(self._length - 1, -1, -1))

    @overload
    def __getitem__(self, place: int) -> Item: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Item]: ...
    def __getitem__(self, place: int | slice) -> Item | Sequence[Item]:
        if isinstance(place, slice):
            return [self._items[one] for one in range(*place.indices(self._length))]
        if not -self._length <= place < self._length:
            raise IndexError(f"there are {self._length} items")
        return self._items[place if place >= 0 else self._length + place]

    def __eq__(self, other: object) -> Any:
        return [*self] == [*other] if isinstance(other, Sequence) else NotImplemented

    __hash__ = None  # type: ignore[assignment]
