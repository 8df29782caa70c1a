"""Proofs as JSON, and `verify`: read them back, judge every step again, and compare.

A file holds one table of nodes that all its proofs share, the proofs as rows of that table, and a digest. The digest
finds accidents. Forgery is found by judging: nothing that a file says of itself is believed.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NoReturn

from symnn.algebra.assumptions import ASSUMPTIONS
from symnn.algebra.names import name_text, one_variable_a_name, printable
from symnn.algebra.nodes import Extent, Function, Node, Variable
from symnn.algebra.table import NodeTable, nodes_of
from symnn.algebra.walk import postorder, size_symbols
from symnn.errors import CertificateError, NoCertificateError, RefutedError, SymnnError
from symnn.proof.proof import Proof
from symnn.proof.step import WORST_FIRST, Condition, Judgement, Relation, Status, Step
from symnn.proof.theorem import theorem_text

FORMAT = "symnn proof"
VERSION = 1
LONGEST = 64_000_000
DEEPEST = 64
CONDITIONS = (*ASSUMPTIONS, "invertible", "nonzero", "independent")
WITNESSED = (Relation.EQUIVALENT, Relation.SUBSTITUTION)

_QUOTED_OR_BRACKET = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}]')


@dataclass(frozen=True)
class Verification:
    """What `verify` found. `theorems` are the statements that were judged, whatever a file calls them.

    `holds` is False with a `reason` where a step is not what it was said to be; `status` is the worst of all steps.
    """

    holds: bool
    reason: str
    theorems: tuple[str, ...]
    status: Status
    bound: Fraction
    seed: int
    proofs: tuple[Proof, ...] = ()
    unjudged: tuple[str, ...] = ()
    """What stands beside the proofs and only the digest stands for."""

    def __str__(self) -> str:
        if self.holds:
            beside = [f"not judged: {', '.join(self.unjudged)}"] if self.unjudged else []
            return "\n".join([*self.theorems, *beside, f"verified: {self.status.value}"])
        first, *more = self.reason.splitlines() or [""]
        reason = [f"not verified: {printable(first)}", *(f"  {printable(line)}" for line in more)]
        return "\n".join([*self.theorems, *reason])


# --- writing --------------------------------------------------------------------------------------------------------


def certificate(proof: Proof, objective: str = "") -> dict[str, Any]:
    """One proof as a document of plain lists, texts and integers; `objective`, a caption, is the text that was read."""
    return to_json([proof], [objective])


def to_json(proofs: Sequence[Proof], objectives: Sequence[str] = ()) -> dict[str, Any]:
    """Several proofs (lemmas, then the theorem) as one document; `json.dumps` writes it."""
    table = NodeTable()
    texts = [*objectives, *[""] * (len(proofs) - len(objectives))]
    entries = [_proof_entry(proof, text, table) for proof, text in zip(proofs, texts, strict=True)]
    content = {"format": FORMAT, "version": VERSION, "nodes": table.rows, "proofs": entries}
    return {**content, "digest": digest(content)}


def digest(document: Mapping[str, Any]) -> str:
    """The SHA-256 of a document's content in canonical spelling, without its own entry."""
    return hashlib.sha256(_canonical({key: document[key] for key in document if key != "digest"}).encode()).hexdigest()


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)


def _proof_entry(proof: Proof, objective: str, table: NodeTable) -> dict[str, Any]:
    return {
        "title": proof.title,
        "objective": objective,
        "statement": table.add(proof.statement),
        "wrt": [table.add(variable) for variable in proof.wrt],
        "conditions": _condition_entries(proof.conditions, table),
        "steps": [_step_entry(step, table) for step in proof.steps],
        "result": table.add(proof.line),
        "status": proof.status.value,
    }


def _condition_entries(conditions: Iterable[Condition], table: NodeTable) -> list[dict[str, Any]]:
    return [{"word": condition.word, "node": table.add(condition.node)} for condition in conditions]


def _step_entry(step: Step, table: NodeTable) -> dict[str, Any]:
    judgement = step.judgement
    return {
        "number": step.number,
        "relation": step.relation.value,
        "rule": step.rule,
        "statement": step.statement,
        "redex": table.add(step.redex),
        "contractum": table.add(step.contractum),
        "place": None if step.place is None else list(step.place),
        "witness": table.add(step.witness) if step.witness is not None and step.relation in WITNESSED else None,
        "uses": _condition_entries(step.uses, table),
        "judgement": {
            "status": judgement.status.value,
            "judge": judgement.judge,
            "sizes": [{str(name): int(size) for name, size in sizes.items()} for sizes in judgement.sizes],
            "bound": None if judgement.bound is None else str(judgement.bound),
            "seed": judgement.seed,
            "reason": judgement.reason,
        },
    }


# --- reading --------------------------------------------------------------------------------------------------------


def read(document: Mapping[str, Any] | str) -> dict[str, Any]:
    """A document of the right form, checked for everything but its truth. Raises CertificateError."""
    value = _parsed(document) if isinstance(document, str) else document
    if not isinstance(value, Mapping):
        raise NoCertificateError(f"the file: an object is expected, found {str(value)[:80]!r}")
    try:
        text = _canonical(value)
        if _depth(text) > DEEPEST:
            raise CertificateError(f"the file is nested more than {DEEPEST} deep")
        plain = _parsed(text)
    except (TypeError, ValueError, RecursionError) as error:
        raise CertificateError(f"the file is not plain JSON: {error}") from error
    if (plain.get("format"), plain.get("version")) != (FORMAT, VERSION):
        found = {key: plain[key] for key in ("format", "version") if key in plain}
        raise NoCertificateError(f"a {FORMAT} of version {VERSION} is expected, found {str(found)[:80]}")
    _check_shape(plain, _DOCUMENT, "the file")
    return dict(plain)


def _parsed(text: str) -> Any:
    if len(text) > LONGEST:
        raise CertificateError(f"the file is longer than {LONGEST} characters")
    if _depth(text) > DEEPEST:
        raise CertificateError(f"the file is nested more than {DEEPEST} deep")
    try:
        return json.loads(text, object_pairs_hook=_object, parse_float=_no_float, parse_constant=_no_float)
    except (ValueError, RecursionError) as error:
        raise NoCertificateError(f"the file is not JSON: {error}") from error


def _depth(text: str) -> int:
    """How deep brackets are nested, counted outside of quotes, before any parser recurses."""
    depth = deepest = 0
    for match in _QUOTED_OR_BRACKET.finditer(text):
        if match[0] in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif match[0] in "]}":
            depth -= 1
    return deepest


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) != len(pairs):
        raise CertificateError(f"a key stands twice in one object: {[key for key, _ in pairs]}")
    return dict(pairs)


def _no_float(text: str) -> NoReturn:
    raise CertificateError(f"a certificate holds integers and exact fractions, found {text}")


_JUDGEMENT = {
    "status": str,
    "judge": str,
    "sizes": [{str: int}],
    "bound": (str, None),
    "seed": (int, None),
    "reason": str,
}
_CONDITION = {"word": str, "node": int}
_STEP = {
    "number": int,
    "relation": str,
    "rule": str,
    "statement": str,
    "redex": int,
    "contractum": int,
    "place": ([int], None),
    "witness": (int, None),
    "uses": [_CONDITION],
    "judgement": _JUDGEMENT,
}
_PROOF = {
    "title": str,
    "objective": str,
    "statement": int,
    "wrt": [int],
    "conditions": [_CONDITION],
    "steps": [_STEP],
    "result": int,
    "status": str,
}
_DOCUMENT = {"format": str, "version": int, "nodes": [list], "proofs": [_PROOF], "digest": str}


def _check_shape(value: Any, form: Any, where: str) -> None:
    """Compare a value with a form: a type, a list of one form, keys with forms, or a form that may be missing."""
    if isinstance(form, tuple):
        if value is not None:
            _check_shape(value, form[0], where)
    elif isinstance(form, list):
        if not isinstance(value, list):
            _refuse(where, "a list", value)
        for index, item in enumerate(value):
            _check_shape(item, form[0], f"{where}[{index}]")
    elif isinstance(form, dict):
        if not isinstance(value, dict):
            _refuse(where, "an object", value)
        if str in form:
            for key, item in value.items():
                _check_shape(item, form[str], f"{where}.{key}")
            return
        if set(value) != set(form):
            _refuse(where, f"the keys {', '.join(form)}", sorted(value))
        for key, inner in form.items():
            _check_shape(value[key], inner, f"{where}.{key}")
    elif not isinstance(value, form) or isinstance(value, bool):
        _refuse(where, form.__name__, value)


def _refuse(where: str, expected: str, found: Any) -> NoReturn:
    raise CertificateError(f"{where}: {expected} is expected, found {str(found)[:80]!r}")


# --- judging again --------------------------------------------------------------------------------------------------


def verify(document: Mapping[str, Any] | str, seed: int | None = None) -> Verification:
    """Judge every step of a stored document again, with fresh random values unless a seed is given.

    Raises CertificateError for a document that is malformed, where a step does not fit its line, or whose table has
    rows that are unused, repeated or out of order. Returns a failed Verification where the digest, a step, a status or
    a result does not hold.
    """
    stored = read(document)
    fresh = secrets.randbits(31) if seed is None else seed
    if stored["digest"] != digest(stored):
        return Verification(False, "the digest does not fit the content", (), Status.UNDECIDED, Fraction(0), fresh)
    built = nodes_of(stored["nodes"])
    _check_table(stored, built)
    proofs: list[Proof] = []
    theorems: list[str] = []
    statuses: set[Status] = {Status.PROVED}
    bound = Fraction(0)
    for entry in stored["proofs"]:
        _check_names(entry, built)
        theorems.append(_theorem(entry, built, proofs))
        try:
            proof = _replayed(entry, built, fresh)
        except CertificateError:
            raise
        except RefutedError as error:
            return Verification(False, str(error), tuple(theorems), Status.REFUTED, bound, fresh)
        except (
            SymnnError,
            ArithmeticError,
            AttributeError,
            LookupError,
            RecursionError,
            TypeError,
            ValueError,
        ) as error:
            reason = f"a step cannot be judged: {error}"
            return Verification(False, reason, tuple(theorems), Status.UNDECIDED, bound, fresh)
        statuses.add(proof.status)
        bound += proof.bound
        reason = _disagreement(entry, proof, built)
        if reason:
            return Verification(False, reason, tuple(theorems), _worst(statuses), bound, fresh)
        proofs.append(proof)
    return Verification(True, "", tuple(theorems), _worst(statuses), bound, fresh, tuple(proofs))


def _worst(statuses: set[Status]) -> Status:
    return next(status for status in WORST_FIRST if status in statuses)


def _references(stored: Mapping[str, Any]) -> Iterator[int]:
    """The rows that the proofs refer to, in the order in which they were written."""
    for proof in stored["proofs"]:
        yield from _rows_of(proof)


def _rows_of(proof: Mapping[str, Any]) -> Iterator[int]:
    yield proof["statement"]
    yield from proof["wrt"]
    yield from (condition["node"] for condition in proof["conditions"])
    for step in proof["steps"]:
        yield step["redex"]
        yield step["contractum"]
        yield from [] if step["witness"] is None else [step["witness"]]
        yield from (condition["node"] for condition in step["uses"])
    yield proof["result"]


def _check_table(stored: Mapping[str, Any], built: Sequence[Node]) -> None:
    """The table is exactly the one that would be written: no row unused, repeated, or spelled in another way."""
    seen: dict[Node, int] = {}
    for row, node in enumerate(built):
        if seen.setdefault(node, row) != row:
            raise CertificateError(f"row {row} of the table of nodes repeats row {seen[node]}")
    written = NodeTable()
    for index in _references(stored):
        if not 0 <= index < len(built):
            raise CertificateError(f"a proof refers to row {index} of a table of {len(built)} nodes")
        written.add(built[index])
    if len(written.rows) != len(built):
        raise CertificateError(f"{len(built) - len(written.rows)} rows of the table of nodes are not used")
    for row, (found, expected) in enumerate(zip(stored["nodes"], written.rows, strict=True)):
        if _canonical(found) != _canonical(expected):
            raise CertificateError(f"row {row} of the table of nodes: expected {expected}, found {found}")


def _check_names(entry: Mapping[str, Any], built: Sequence[Node]) -> None:
    """In one proof, variables, sizes that are used as numbers, and functions are told apart by how they are shown."""
    nodes = list(postorder(*(built[row] for row in _rows_of(entry))))
    found = [node for node in nodes if isinstance(node, Variable)]
    try:
        one_variable_a_name(found)
    except SymnnError as error:
        raise CertificateError(f"the names of a proof: {error}") from error
    sizes = {symbol.name for node in nodes if isinstance(node, Extent) for symbol in node.size.free_symbols}
    values = [("variable", variable.name) for variable in found] + [("size", name) for name in sorted(sizes)]
    functions = {function.name: function for function in nodes if isinstance(function, Function)}
    _all_different([(name_text(name), f"the {kind} {name}") for kind, name in values])
    shown = [(str(Function(name, function.args[1])), f"the function {name}") for name, function in functions.items()]
    _all_different(shown)


def _all_different(shown: Iterable[tuple[str, str]]) -> None:
    owners: dict[str, str] = {}
    for name, owner in shown:
        if owners.setdefault(name, owner) != owner:
            raise CertificateError(f"{owners[name]} and {owner} are both shown as {name}: one needs another name")


def _replayed(entry: Mapping[str, Any], built: Sequence[Node], seed: int) -> Proof:
    """The proof, every step judged again. Links are checked by `apply_at` on the way."""
    wrt = []
    for index in entry["wrt"]:
        variable = built[index]
        if not isinstance(variable, Variable) or variable in wrt:
            raise CertificateError(f"a proof is with respect to different variables, found {variable}")
        wrt.append(variable)
    conditions = _conditions(entry["conditions"], built)
    proof = Proof(built[entry["statement"]], wrt, title=entry["title"], conditions=conditions, seed=seed)
    for index, step in enumerate(entry["steps"]):
        if step["number"] != index + 2:
            raise CertificateError(f"equation ({index + 2}) is expected, found number {step['number']}")
        if step["witness"] is not None and _word(Relation, step["relation"]) not in WITNESSED:
            raise CertificateError(f"line ({index + 2}) has a witness, which {step['relation']!r} has no use for")
        uses = _conditions(step["uses"], built)
        for condition in uses:
            if condition not in conditions and not _assumed(condition):
                raise CertificateError(
                    f"line ({index + 2}) uses that {condition.node} is {condition.word}: not a condition"
                )
        proof.step(
            built[step["redex"]],
            built[step["contractum"]],
            rule=step["rule"],
            statement=step["statement"],
            relation=_word(Relation, step["relation"]),
            place=None if step["place"] is None else tuple(step["place"]),
            witness=None if step["witness"] is None else built[step["witness"]],
            uses=uses,
        )
    return proof


def _assumed(condition: Condition) -> bool:
    return isinstance(condition.node, Variable) and condition.word in condition.node.assumptions


def _conditions(entries: Sequence[Mapping[str, Any]], built: Sequence[Node]) -> tuple[Condition, ...]:
    for item in entries:
        if item["word"] not in CONDITIONS:
            raise CertificateError(f"a condition is one of {', '.join(CONDITIONS)}; found {item['word']!r}")
    return tuple(Condition(item["word"], built[item["node"]]) for item in entries)


def _word(kind: Any, word: str) -> Any:
    try:
        return kind(word)
    except ValueError as error:
        raise CertificateError(f"unknown {kind.__name__.lower()} {word!r}") from error


def _theorem(entry: Mapping[str, Any], built: Sequence[Node], earlier: Sequence[Proof]) -> str:
    return theorem_text(
        built[entry["statement"]],
        built[entry["result"]],
        [built[index] for index in entry["wrt"]],
        _conditions(entry["conditions"], built),
        [_word(Relation, step["relation"]) for step in entry["steps"]],
        earlier,
    )


def _disagreement(entry: Mapping[str, Any], proof: Proof, built: Sequence[Node]) -> str:
    """How the proof as judged now falls short of what is stored; empty where it does not."""
    if built[entry["result"]] is not proof.line:
        return f"the last line is {proof.line}, the stored result {built[entry['result']]}"
    symbols = {symbol.name for symbol in size_symbols(*built)}
    for stored, step in zip(entry["steps"], proof.steps, strict=True):
        found = step.judgement
        claimed = _word(Status, stored["judgement"]["status"])
        if found.status in (Status.UNDECIDED, Status.REFUTED):
            return f"line ({step.number}) is {found.status.value}: {found.reason}"
        if WORST_FIRST.index(found.status) < WORST_FIRST.index(claimed):
            return f"line ({step.number}) is stored as {claimed.value} and now {found.status.value}: {found.reason}"
        if found.judge != stored["judgement"]["judge"]:
            return f"line ({step.number}) is stored as judged by {stored['judgement']['judge']!r}, now by {found.judge}"
        reason = _wrong_details(stored["judgement"], found, symbols)
        if reason:
            return f"line ({step.number}): {reason}"
    if _word(Status, entry["status"]) is not _stored_status(entry):
        return f"the proof is stored as {entry['status']}, its steps as {_stored_status(entry).value}"
    return ""


def _stored_status(entry: Mapping[str, Any]) -> Status:
    return _worst({Status.PROVED, *(_word(Status, step["judgement"]["status"]) for step in entry["steps"])})


def _wrong_details(stored: Mapping[str, Any], found: Judgement, symbols: set[str]) -> str:
    """Sizes are positive and those of the proof; a bound is a small positive fraction."""
    for sizes in stored["sizes"]:
        if not set(sizes) <= symbols or any(size < 1 for size in sizes.values()):
            return f"sizes {sizes} are stored, the symbols are {', '.join(sorted(symbols))}"
    if len(stored["sizes"]) > 0 and not found.sizes:
        return "sizes are stored for a step that no size was tried for"
    if stored["bound"] is not None:
        numerator, _, denominator = stored["bound"].partition("/")
        if not (numerator.isdecimal() and (denominator or "1").isdecimal()) or not int(denominator or "1"):
            return f"the bound {stored['bound'][:80]!r} is no fraction"
        if Fraction(int(numerator), int(denominator or "1")) > 1:
            return f"the bound {stored['bound'][:80]} is no probability"
    return ""
