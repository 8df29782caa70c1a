"""The line of a proof as a graph whose parts are exchanged in place.

A rewriting touches the part that is rewritten and what holds it directly; what stands above is built anew only when it
is asked for. So the cost of a step does not depend on how much stands around it, and a proof is linear in the number of
its steps. What a line is does not depend on when it is asked for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from heapq import heappop, heappush
from operator import itemgetter
from typing import TypeAlias

from symnn.algebra.nodes import Add, Function, Hadamard, MatMul, Multiply, Node
from symnn.algebra.nodes.node import JOINED_FACTORS, JOINED_TERMS
from symnn.algebra.walk import substitute
from symnn.errors import CertificateError, UnsupportedError

JOINING = (Add, Multiply, MatMul, Hadamard)

# All parts that are put on a line in the course of a proof, each counted as often as others hold it.
MOST_PARTS = 2_000_000

Key: TypeAlias = tuple[int, ...]


class Cell:
    """A place on the line where a part stands, wherever that part occurs.

    `form` is the part, or what it was before something inside was exchanged (`stale`), `since` the number of the line
    on which it came to stand here. `parents` counts how often other cells hold this one, `waiting` its stale children.
    """

    __slots__ = ("children", "form", "parents", "since", "stale", "waiting")

    def __init__(self, form: Node, children: list[Cell], since: int) -> None:
        self.form = form
        self.children = children
        self.parents: Counter[Cell] = Counter()
        self.since = since
        self.stale = False
        self.waiting = 0


class Line:
    """Starts as line (1) of a proof; every exchange makes the next line. At the top it is a sum of terms, or one term.

    Raises UnsupportedError where more than `MOST_PARTS` parts are put on it in all.

    Terms stand at keys that are sorted only when the line is built: several terms in the place of one get longer keys.
    """

    def __init__(self, root: Node) -> None:
        self.number = 1
        self.parts = 0
        self.origins: dict[Node, int] = {}
        self._begin(root)

    def _begin(self, root: Node) -> None:
        self._cells: dict[Node, Cell] = {}
        self._ready: list[tuple[int, int, Cell]] = []
        self._pushed = 0
        self._terms: dict[Key, Cell] = {}
        self._places: dict[Cell, set[Key]] = {}
        for place, term in enumerate(terms_of(root)):
            self._put((place,), self._cell(term))
        self._whole: Node | None = root
        self.origins.setdefault(root, self.number)

    @property
    def node(self) -> Node:
        """The line as an expression. Every part that has changed since it was last asked for is built once."""
        if self._whole is None:
            self._freshen(None)
            terms = [cell.form for _, cell in sorted(self._terms.items(), key=itemgetter(0))]
            self._whole = terms[0] if len(terms) == 1 else Add(*terms)
            self.origins.setdefault(self._whole, self.number)
        return self._whole

    def __contains__(self, part: Node) -> bool:
        """Whether a part stands on the line as it is, or is all of it."""
        return self._find(part) is not None or (self._apart(part) is not None and part is self.node)

    def offers(self, redex: Node) -> bool:
        """Whether `replace` finds the redex: a part, or a sum of terms that may stand apart."""
        return self._find(redex) is not None or self._apart(redex) is not None

    def stays_whole(self, part: Node, form: Node) -> bool:
        """Whether a form in the place of a part stays one part, and does not join with what stands around it."""
        cell = self._find(part)
        if cell is None or (isinstance(form, Add) and cell in self._places):
            return False
        return not any(type(owner.form) is type(form) for owner in cell.parents)

    def replace(self, redex: Node, contractum: Node) -> None:
        """Exchange every occurrence of the redex. Terms that stand apart in a sum are one part, too.

        Raises CertificateError where the redex does not stand on the line.
        """
        cell = self._find(redex)
        apart = self._apart(redex) if cell is None else None
        if cell is None and apart is None:
            raise CertificateError(f"the line has no part {redex}: {self.node}")
        if contractum is redex:
            self.number += 1
        elif cell is None or _holds(contractum, redex):
            if apart is None:
                self.begin_again(substitute(self.node, {redex: contractum}))
                self._whole = None
                return
            self.number += 1
            self._collect(apart, self._cell(contractum))
        else:
            self.number += 1
            self._exchange(cell, self._cell(contractum))

    def begin_again(self, root: Node) -> None:
        """Another expression as the next line."""
        self.number += 1
        self._begin(root)

    # --- finding and making cells -----------------------------------------------------------------------------------

    def _find(self, part: Node) -> Cell | None:
        if part not in self._cells:
            self._freshen(part.height)
        return self._cells.get(part)

    def _apart(self, part: Node) -> Counter[Cell] | None:
        """The terms of a sum where they stand on the line, with others between them; None where one does not."""
        if not isinstance(part, Add):
            return None
        found: Counter[Cell] = Counter()
        for term in terms_of(part):
            cell = self._find(term)
            if cell is None or found[cell] == len(self._places.get(cell, ())):
                return None
            found[cell] += 1
        return found

    def _cell(self, root: Node) -> Cell:
        """The cell of an expression that is put on the line; parts that stand there already are shared."""
        stack = [root]
        while stack:
            node = stack[-1]
            if node in self._cells:
                stack.pop()
                continue
            parts = _parts(node)
            missing = [part for part in parts if part not in self._cells]
            if missing:
                stack.extend(reversed(missing))
                continue
            stack.pop()
            made = Cell(node, [self._cells[part] for part in parts], self.number)
            for child in made.children:
                child.parents[made] += 1
            self._enter(made)
        return self._cells[root]

    def _enter(self, cell: Cell) -> None:
        self.parts += 1 + len(cell.children)
        if self.parts > MOST_PARTS:
            raise UnsupportedError(f"a proof with more than {MOST_PARTS} parts is not made; derive by fewer variables")
        self._cells[cell.form] = cell
        self.origins[cell.form] = min(cell.since, self.origins.get(cell.form, cell.since))

    # --- exchanging -------------------------------------------------------------------------------------------------

    def _exchange(self, old: Cell, new: Cell) -> None:
        self._redirect(old, new, self.number)
        self._release([old])

    def _redirect(self, old: Cell, new: Cell, since: int) -> None:
        """Whatever holds the old cell holds the new one instead; both are built."""
        owners = list(old.parents.items())
        for owner, count in owners:
            owner.since = max(owner.since, since)
            owner.children = [new if child is old else child for child in owner.children]
            new.parents[owner] += count
            self._touch(owner)
        old.parents.clear()
        for key in sorted(self._places.pop(old, ())):
            self._put(key, new)
        for owner, _ in owners:
            self._join(owner)

    def _collect(self, leaving: Counter[Cell], new: Cell) -> None:
        """A new term where the first of those that leave stood."""
        keys = [key for cell, count in leaving.items() for key in sorted(self._places[cell])[:count]]
        for key in keys:
            cell = self._terms.pop(key)
            self._places[cell].remove(key)
            if not self._places[cell]:
                del self._places[cell]
        self._put(min(keys), new)
        self._release(leaving)

    def _put(self, key: Key, cell: Cell) -> None:
        """A term at a key; a sum in the sum at the top is opened."""
        terms = [cell] if not isinstance(cell.form, Add) else list(map(self._cell, terms_of(cell.form)))
        self._terms.pop(key, None)
        for place, term in enumerate(terms):
            at = key if len(terms) == 1 else (*key, place)
            self._terms[at] = term
            self._places.setdefault(term, set()).add(at)
        if terms != [cell]:
            self._release([cell])
        self._whole = None

    def _touch(self, cell: Cell) -> None:
        """Mark what holds this cell, and this cell, as no longer built."""
        self._whole = None
        stack = [cell]
        while stack:
            part = stack.pop()
            if part.stale:
                continue
            part.stale = True
            if self._cells.get(part.form) is part:
                del self._cells[part.form]
            for owner in part.parents:
                owner.waiting += 1
                stack.append(owner)
        self._offer(cell)

    def _offer(self, cell: Cell) -> None:
        if cell.stale and not cell.waiting:
            height = 1 + max((child.form.height for child in cell.children), default=0)
            self._pushed += 1
            heappush(self._ready, (height, self._pushed, cell))

    def _join(self, owner: Cell) -> None:
        """Sums in sums and products in products are joined as the constructors of nodes join them."""
        stack = [owner]
        while stack:
            cell = stack.pop()
            kind = type(cell.form)
            alive = cell.parents or cell in self._places
            if not alive or kind not in JOINING or all(type(child.form) is not kind for child in cell.children):
                continue
            joined = _joined(cell.children, kind)
            if len(joined) == len(cell.children):
                continue
            self._link(cell, joined)
            stack.extend(cell.parents)

    def _link(self, cell: Cell, children: list[Cell]) -> None:
        """Other children for a cell."""
        left = cell.children
        cell.children = children
        for child, count in Counter(children).items():
            child.parents[cell] = count
        kept = set(children)
        cell.waiting = sum(child.stale for child in kept)
        gone = [child for child in dict.fromkeys(left) if child not in kept]
        for child in gone:
            del child.parents[cell]
        self._release(gone)
        self._offer(cell)

    def _release(self, cells: Iterable[Cell]) -> None:
        """Forget cells that nothing holds any more."""
        stack = list(cells)
        while stack:
            cell = stack.pop()
            if cell.parents or cell in self._places:
                continue
            if self._cells.get(cell.form) is cell:
                del self._cells[cell.form]
            cell.stale = False
            for child in set(cell.children):
                child.parents.pop(cell, None)
                stack.append(child)

    # --- building anew ----------------------------------------------------------------------------------------------

    def _freshen(self, height: int | None) -> None:
        """Build the stale cells, the lowest first; up to a height, if one is given."""
        while self._ready and (height is None or self._ready[0][0] <= height):
            _, _, cell = heappop(self._ready)
            if cell.stale and not cell.waiting and (cell.parents or cell in self._places):
                self._build(cell)

    def _build(self, cell: Cell) -> None:
        forms = [child.form for child in cell.children]
        kind = type(cell.form)
        cell.form = kind(*forms) if kind in JOINING else cell.form.rebuild(forms)
        cell.since = max(cell.since, *(child.since for child in cell.children))
        cell.stale = False
        for owner in cell.parents:
            owner.waiting -= 1
            self._offer(owner)
        twin = self._cells.get(cell.form)
        if twin is None:
            if _parts(cell.form) != tuple(forms):
                self._link(cell, [self._cell(part) for part in _parts(cell.form)])
            self._enter(cell)
        else:
            twin.since = min(twin.since, cell.since)
            self._enter(twin)
            self._redirect(cell, twin, cell.since)
            self._release([cell])


def _parts(node: Node) -> tuple[Node, ...]:
    return () if isinstance(node, Function) else node.children


def terms_of(root: Node) -> list[Node]:
    """The terms of a sum, nested sums opened."""
    found: list[Node] = []
    stack = [root]
    while stack:
        node = stack.pop()
        if isinstance(node, Add):
            stack.extend(reversed(node.children))
        else:
            found.append(node)
    return found


def _joined(cells: Sequence[Cell], kind: type[Node]) -> list[Cell]:
    joined: list[Cell] = []
    for position, cell in enumerate(cells):
        count = len(joined) + len(cell.children) + len(cells) - position - 1
        fits = count <= (JOINED_FACTORS if position else JOINED_TERMS)
        joined.extend(cell.children if type(cell.form) is kind and fits else [cell])
    return joined


def _holds(root: Node, part: Node) -> bool:
    """Whether a part occurs in an expression; only what is higher than the part is entered."""
    stack, seen = [root], {root}
    while stack:
        node = stack.pop()
        if node is part:
            return True
        if node.height > part.height:
            fresh = [child for child in _parts(node) if child not in seen]
            seen.update(fresh)
            stack.extend(fresh)
    return False
