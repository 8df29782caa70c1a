"""Names and sizes as people write them: Greek letters, subscripts, and safe LaTeX for everything a user typed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

import sympy

from symnn.algebra.nodes import Variable
from symnn.algebra.sizes import Size, show_shape
from symnn.errors import SymnnError

GREEK = {
    name: unicodedata.lookup(f"GREEK {kind} LETTER {unicode_name}")
    for kind, names in (
        ("SMALL", "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau "
                  "upsilon phi chi psi omega"),
        ("CAPITAL", "Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega"),
    )
    for name in names.split()
    for unicode_name in [{"lambda": "LAMDA", "Lambda": "LAMDA"}.get(name, name.upper())]
}  # fmt: skip
SPELLINGS = {"lam": "lambda", "Lam": "Lambda", "eps": "epsilon"}
GREEK_NAMES = {letter: name for name, letter in GREEK.items()}

SUBSCRIPTS = {
    **{str(digit): chr(0x2080 + digit) for digit in range(10)},
    **dict(zip("aehijklmnoprstuvx", "ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", strict=True)),
    "+": "₊",
    "-": "₋",
    "×": "ₓ",
}
VULGAR = {(1, 2): "½", (1, 3): "⅓", (2, 3): "⅔", (1, 4): "¼", (3, 4): "¾", (1, 5): "⅕", (1, 6): "⅙", (1, 8): "⅛"}
SUPERSCRIPTS = {
    **dict(zip("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹", strict=True)),
    "+": "⁺",
    "-": "⁻",
    "(": "⁽",
    ")": "⁾",
    "l": "ˡ",
    "k": "ᵏ",
    "L": "ᴸ",
}
# The layer in a name, as a number or counted from one of these: W__l_plus_1 is W⁽ˡ⁺¹⁾, and the size M_l is Mₗ.
LAYER = r"(?:\d+|[klL](?:_(?:plus|minus)_\d+)?)"
# A subscript that has one itself, as in delta_Z1.
_NUMBERED = re.compile(r"[A-Za-z]\d+")

# A user's own LaTeX is taken over only if it consists of these: it names a symbol and cannot do anything else.
_COMMANDS = frozenset(
    {
        *GREEK,
        "varepsilon",
        "vartheta",
        "varphi",
        "varrho",
        "varsigma",
        "ell",
        "hat",
        "bar",
        "tilde",
        "vec",
        "dot",
        "ddot",
    }
    | {"widehat", "widetilde", "overline", "mathbf", "mathrm", "mathit", "mathcal", "mathbb", "mathsf", "boldsymbol"}
    | {"star", "ast", "prime", "top", "perp", "dagger", "nabla", "partial", "operatorname"}
)
_LATEX_NAME = re.compile(r"(?:\\([A-Za-z]+)|[A-Za-z0-9 ,*'+()_^{}=-])+")

_ESCAPED = {
    **{character: f"\\{character}" for character in "#$%&_{}"},
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": "$<$",
    ">": "$>$",
    "|": "$|$",
    '"': "''",
    "–": "--",
    "—": "---",
    "’": "'",
    "‘": "`",
    "“": "``",
    "”": "''",
    "…": r"\dots{}",
}
_MATH = {
    **{letter: f"\\{name}" for name, letter in GREEK.items()},
    **{sub: plain for plain, sub in SUBSCRIPTS.items()},
    **{sup: plain for plain, sup in SUPERSCRIPTS.items()},
    **{sign: rf"\tfrac{above}{below}" for (above, below), sign in VULGAR.items()},
    "ᵀ": r"\top", "−": "-", "×": r"\times", "·": r"\cdot", "⊙": r"\odot", "∘": r"\circ", "∑": r"\sum", "∣": r"\mid",
    "‖": r"\Vert", "⟨": r"\langle", "⟩": r"\rangle", "′": "'", "″": "''", "√": r"\surd", "≤": r"\le", "≥": r"\ge",
    "≠": r"\ne", "≈": r"\approx", "→": r"\to", "←": r"\leftarrow", "⇒": r"\Rightarrow", "⇔": r"\Leftrightarrow",
    "⟺": r"\iff", "∈": r"\in", "∞": r"\infty", "∇": r"\nabla", "∂": r"\partial", "≡": r"\equiv", "±": r"\pm",
    "⊗": r"\otimes", "✓": r"\checkmark", "✗": r"\times",
}  # fmt: skip
_ACCENTED = "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝßàáâãäåæçèéêëìíîïñòóôõöøùúûüýÿ"
_RAISED = "".join(SUPERSCRIPTS.values()) + "ᵀ"
_LOWERED = "".join(SUBSCRIPTS.values())
_MATH_RUN = re.compile(f"[{''.join(map(re.escape, _MATH))}]+")


class _Escapes(dict[int, str]):
    def __missing__(self, code: int) -> str:
        character = chr(code)
        if character in _MATH or (character.isascii() and character.isprintable()) or character in _ACCENTED:
            return character
        return f"[U+{code:04X}]"


_TRANSLATED = _Escapes({ord(character): escaped for character, escaped in _ESCAPED.items()})


def escape_latex(text: str) -> str:
    """Any text, for LaTeX outside of formulas. Characters that pdflatex cannot print become their code in brackets."""
    return _MATH_RUN.sub(lambda run: f"${_formula(run[0])}$", " ".join(text.split()).translate(_TRANSLATED))


def _formula(run: str) -> str:
    raised = re.sub(f"[{_RAISED}]+", lambda found: "{}^{" + "".join(_MATH[sign] for sign in found[0]) + "}", run)
    lowered = re.sub(f"[{_LOWERED}]+", lambda found: "{}_{" + "".join(_MATH[sign] for sign in found[0]) + "}", raised)
    return "".join(f"{_MATH[sign]} " if sign in _MATH else sign for sign in lowered)


def printable(text: str) -> str:
    """Any text on one line: white space becomes one space, what cannot be seen its code in brackets."""
    plain = " ".join(text.split())
    return "".join(character if character.isprintable() else f"[U+{ord(character):04X}]" for character in plain)


def one_variable_a_name(found: Iterable[Variable]) -> None:
    """Raises SymnnError where two different variables have one name, so that no reader could tell them apart."""
    names: dict[str, Variable] = {}
    for variable in found:
        other = names.setdefault(variable.name, variable)
        if other is not variable:
            raise SymnnError(
                f"two different variables are named {variable.name}: {_described(other)}, and {_described(variable)}"
            )


def _described(variable: Variable) -> str:
    facts = [show_shape(variable.shape), f"rank {variable.rank}", f"with assumptions {list(variable.assumptions)}"]
    facts += [f"{word} {text!r}" for word, text in (("LaTeX", variable.latex_name), ("doc", variable.doc)) if text]
    return ", ".join(facts)


def split_name(name: str) -> tuple[str, str]:
    """A name as letter and subscript: ``beta0`` is ``("beta", "0")``, ``x_n`` is ``("x", "n")``."""
    bare = name.rstrip("_") or name
    found = re.fullmatch(r"([^\W\d_]+)(?:_?(\d+)|_(\w+))", bare)
    if not found:
        return bare, ""
    sub = found[2] or found[3]
    return found[1], _counted(sub) if re.fullmatch(LAYER, sub) else sub


def split_layer(name: str) -> tuple[str, str]:
    """A name and the layer that it belongs to: ``W__l_plus_1`` is ``("W", "l+1")``, ``W`` is ``("W", "")``."""
    found = re.fullmatch(rf"(\w*?[^\W_]_*?)__({LAYER})", name)
    return (found[1], _counted(found[2])) if found else (name, "")


def in_layer(name: str, layer: str) -> str:
    """The name of something in a layer, as `split_layer` reads it: W in the layer l+1 is ``W__l_plus_1``."""
    return f"{name}__{spelled_out(layer)}"


def spelled_out(layer: str) -> str:
    """A layer as a part of a name: l+1 as ``l_plus_1``."""
    return layer.replace("+", "_plus_").replace("-", "_minus_")


def _counted(layer: str) -> str:
    return layer.replace("_plus_", "+").replace("_minus_", "-")


def _letter(base: str) -> str:
    return GREEK.get(SPELLINGS.get(base, base), base)


def subscript(plain: str) -> str:
    """A subscript in Unicode where every character has one, else with an underscore."""
    if all(character in SUBSCRIPTS for character in plain):
        return "".join(SUBSCRIPTS[character] for character in plain)
    return f"_{plain}" if plain.isalnum() else f"_({plain})"


def superscript(plain: str) -> str:
    return "".join(SUPERSCRIPTS[character] for character in plain)


def name_text(name: str) -> str:
    """``lam`` as λ, ``W1`` as W₁, ``x_n`` as xₙ, ``delta_Z1`` as δ_Z₁, ``W__l`` as W⁽ˡ⁾, ``X_train`` as it is."""
    bare, layer = split_layer(name)
    base, sub = split_name(bare)
    raised = superscript(f"({layer})") if layer else ""
    if not sub:
        return _letter(base) + raised
    short = sub.isdecimal() or len(sub) == 1 or _is_counted(sub)
    numbered = _NUMBERED.fullmatch(sub)
    lowered = subscript(sub) if short else f"_{name_text(sub) if numbered else sub}"
    return _letter(base) + lowered + raised


def _is_counted(sub: str) -> bool:
    return "+" in sub or "-" in sub


def is_word(shown: str) -> bool:
    """Whether a displayed name consists of several letters, so that products need a space around it."""
    return sum(character.isalpha() and character not in _RAISED + _LOWERED for character in shown) > 1


def _latex_word(word: str) -> str:
    letter = _letter(word)
    if letter in GREEK_NAMES:
        return f"\\{GREEK_NAMES[letter]}"
    if len(word) == 1 and word.isascii():
        return word
    return f"\\mathit{{{word}}}" if word.isascii() and word.isalnum() else f"\\textit{{{escape_latex(word)}}}"


def name_latex(name: str, given: str = "") -> str:
    """The LaTeX of a name: what its author gave, if it is the name of a symbol, else made from the name."""
    bare, layer = split_layer(name)
    if layer:
        return f"{{{name_latex(bare, given)}^{{({layer})}}}}"
    if given and _is_symbol(given):
        return given if re.fullmatch(r"\\?[A-Za-z]+|[A-Za-z]_[A-Za-z0-9]", given) else f"{{{given}}}"
    base, sub = split_name(name)
    if not sub:
        return _latex_word(base)
    short = sub.isdecimal() or (len(sub) == 1 and sub.isascii()) or _is_counted(sub)
    lowered = sub if short else name_latex(sub) if _NUMBERED.fullmatch(sub) else _roman(sub)
    return f"{_latex_word(base)}_{{{lowered}}}"


def _roman(word: str) -> str:
    return f"\\mathrm{{{word}}}" if word.isascii() and word.isalnum() else f"\\text{{{escape_latex(word)}}}"


def _is_symbol(given: str) -> bool:
    if not _LATEX_NAME.fullmatch(given) or set(re.findall(r"\\([A-Za-z]+)", given)) - _COMMANDS:
        return False
    depth = 0
    for character in given:
        depth += (character == "{") - (character == "}")
        if depth < 0:
            return False
    single = re.fullmatch(r"[^_^']*(?:[_^](?:\{[^{}]*\}|\\?[A-Za-z0-9*]+))?(?:\^(?:\{[^{}]*\}|[A-Za-z0-9*]))?", given)
    return depth == 0 and bool(single or re.fullmatch(r"\\[a-z]+\{\\?[A-Za-z]+\}", given))


def size_text(size: Size) -> str:
    """A size as a number: n, 2n, n + 1."""
    names = {symbol: sympy.Symbol(name_text(symbol.name)) for symbol in size.free_symbols}
    product = "·" if any(is_word(name.name) for name in names.values()) else ""
    return str(size.xreplace(names)).replace("**", "^").replace("*", product).replace(" - ", " − ")


def size_latex(size: Size) -> str:
    names = {symbol: name_latex(symbol.name) for symbol in size.free_symbols}
    return str(sympy.latex(size, symbol_names=names, mul_symbol="times" if size.is_number else None))
