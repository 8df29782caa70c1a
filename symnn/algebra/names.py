"""Names and sizes as people write them: Greek letters, subscripts, and safe LaTeX for everything a user typed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from enum import Enum
from itertools import groupby
from operator import itemgetter

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
    '"': "''",
    "–": "--",
    "—": "---",
    "’": "'",
    "‘": "`",
    "“": "``",
    "”": "''",
    "…": r"\dots{}",
    "Ł": r"\L{}",
    "ł": r"\l{}",
}
_MATH = {
    **{letter: f"\\{name}" for name, letter in GREEK.items()},
    **{sign: rf"\tfrac{above}{below}" for (above, below), sign in VULGAR.items()},
    "<": "<", ">": ">", "|": "|", "−": "-", "×": r"\times", "·": r"\cdot", "⊙": r"\odot", "∘": r"\circ",
    "∑": r"\sum", "∏": r"\prod", "∫": r"\int", "∣": r"\mid", "‖": r"\Vert", "⟨": r"\langle", "⟩": r"\rangle",
    "√": r"\surd", "≤": r"\le", "≥": r"\ge", "≠": r"\ne", "≈": r"\approx", "∝": r"\propto", "→": r"\to",
    "←": r"\leftarrow", "↦": r"\mapsto", "⇒": r"\Rightarrow", "⇔": r"\Leftrightarrow", "⟺": r"\iff", "∈": r"\in",
    "∉": r"\notin", "∞": r"\infty", "∇": r"\nabla", "∂": r"\partial", "≡": r"\equiv", "±": r"\pm", "⊗": r"\otimes",
    "⪰": r"\succeq", "⪯": r"\preceq", "⊥": r"\perp", "⁎": r"\ast", "ℓ": r"\ell", "ℝ": r"\mathbb{R}",
    "§": r"\mathsection", "ɑ": r"\alpha", "ɛ": r"\varepsilon", "✓": r"\checkmark", "✗": r"\times",
}  # fmt: skip
_PRIMES = {"′": r"\prime", "″": r"\prime\prime", "‴": r"\prime\prime\prime", "⁗": r"\prime\prime\prime\prime"}
_ACCENTED = "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝßàáâãäåæçèéêëìíîïñòóôõöøùúûüýÿ"
# Combining marks: the accent in prose, and the one in formulas.
_MARKS = {
    "\u0300": ("`", "grave"),
    "\u0301": ("'", "acute"),
    "\u0302": ("^", "hat"),
    "\u0303": ("~", "tilde"),
    "\u0304": ("=", "bar"),
    "\u0306": ("u", "breve"),
    "\u0307": (".", "dot"),
    "\u0308": ('"', "ddot"),
    "\u030a": ("r", "mathring"),
    "\u030b": ("H", ""),
    "\u030c": ("v", "check"),
    "\u0327": ("c", ""),
    "\u20d7": ("", "vec"),
}
_DOTLESS = {"i": (r"\i", r"\imath"), "j": (r"\j", r"\jmath")}
_CLUSTER = re.compile("." + f"[{''.join(_MARKS)}]*")


class _Place(Enum):
    """Where the LaTeX of a character belongs: into prose, or into a formula on, above or below the line."""

    PROSE = ""
    LINE = "$"
    RAISED = "{{}}^{{{}}}"
    LOWERED = "{{}}_{{{}}}"


def _spaced(latex: str) -> str:
    """LaTeX that a letter may follow."""
    return f"{latex} " if re.search(r"\\[A-Za-z]+$", latex) else latex


def _small(tag: str) -> dict[str, str]:
    """All characters that Unicode calls raised or lowered forms of one that LaTeX can print, with its LaTeX."""
    forms = ((chr(code), unicodedata.decomposition(chr(code)).split()) for code in range(0x80, 0x2E00))
    plain = {form: chr(int(parts[1], 16)) for form, parts in forms if parts[:1] == [tag] and len(parts) == 2}
    return {form: _MATH.get(sign, sign) for form, sign in plain.items() if sign in _MATH or sign.isascii()}


_RAISED = {**_small("<super>"), "ᵀ": r"\top", "°": r"\circ", **_PRIMES}
_LOWERED = _small("<sub>")
_SIGNS = {
    **{character: (_Place.PROSE, escaped) for character, escaped in _ESCAPED.items()},
    **{
        character: (place, _spaced(latex))
        for place, table in ((_Place.LINE, _MATH), (_Place.RAISED, _RAISED), (_Place.LOWERED, _LOWERED))
        for character, latex in table.items()
    },
}


def escape_latex(text: str) -> str:
    """Any text, for LaTeX outside of formulas. Characters that pdflatex cannot print become their code in brackets."""
    runs = _runs(_signs(" ".join(text.split())))
    shown = "".join("".join(latex for _, latex in signs) if prose else f"${_formula(signs)}$" for prose, signs in runs)
    return shown.replace(")(", r")\allowbreak(")


def _runs(signs: Iterable[tuple[_Place, str]]) -> Iterator[tuple[bool, list[tuple[_Place, str]]]]:
    """Signs in runs of prose (True) and of formulas (False)."""
    return ((prose, list(run)) for prose, run in groupby(signs, key=lambda sign: sign[0] is _Place.PROSE))


def _formula(signs: Iterable[tuple[_Place, str]]) -> str:
    runs = groupby(signs, key=itemgetter(0))
    shown = ((place, "".join(latex for _, latex in run)) for place, run in runs)
    return "".join(latex if place is _Place.LINE else place.value.format(latex.rstrip()) for place, latex in shown)


def _signs(text: str, *, in_formula: bool = False) -> list[tuple[_Place, str]]:
    return [_sign(cluster, in_formula) for cluster in _CLUSTER.findall(unicodedata.normalize("NFC", text))]


def _sign(cluster: str, in_formula: bool) -> tuple[_Place, str]:
    """One character, with the marks that combine with it."""
    if cluster in _SIGNS:
        return _SIGNS[cluster]
    if _is_typed(cluster):
        return _Place.PROSE, cluster
    letter, mark = _unaccented(cluster)
    prose, formula = _MARKS.get(mark, ("", ""))
    latin = letter.isascii() and (letter.isalpha() or not letter.strip())
    if formula and (letter in _MATH or (latin and (in_formula or not prose))):
        return _Place.LINE, rf"\{formula}{{{_MATH.get(letter) or _DOTLESS.get(letter, ('', letter))[1]}}}"
    if cluster in _ACCENTED:
        return _Place.PROSE, cluster
    if prose and latin:
        return _Place.PROSE, rf"\{prose}{{{_DOTLESS.get(letter, (letter,))[0]}}}"
    plain = unicodedata.normalize("NFKC", cluster)
    if plain in _SIGNS or _is_typed(plain):
        return _sign(plain, in_formula)
    return _Place.PROSE, "".join(f"[U+{ord(character):04X}]" for character in cluster)


def _is_typed(cluster: str) -> bool:
    return len(cluster) == 1 and cluster.isascii() and cluster.isprintable()


def _unaccented(cluster: str) -> tuple[str, str]:
    """A letter and the mark on it; a mark that has lost its letter stands alone."""
    letters = unicodedata.normalize("NFD", cluster)
    return letters[:-1], letters[-1]


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
    return sum(sign.isalpha() and sign not in _RAISED and sign not in _LOWERED for sign in shown) > 1


def _latex_word(word: str) -> str:
    letter = _letter(word)
    if letter in GREEK_NAMES:
        return f"\\{GREEK_NAMES[letter]}"
    if len(word) == 1 and word.isascii() and word.isalnum():
        return word
    if word.isascii() and word.isalnum():
        return f"\\mathit{{{word}}}"
    in_prose = len(word) > 1 and all(place is _Place.PROSE for place, _ in _signs(word))
    return f"\\textit{{{escape_latex(word)}}}" if in_prose else _latex_signs(word)


def _latex_signs(word: str) -> str:
    """A name that has signs of formulas in it: one letter is a symbol, several are a word."""
    shown = ""
    for prose, signs in _runs(_signs(word, in_formula=True)):
        letters = "".join(latex for _, latex in signs)
        symbol = len(letters) == 1 and letters.isascii() and letters.isalnum()
        shown += _formula(signs) if not prose else letters if symbol else rf"\textit{{{letters}}}"
    return shown.strip()


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
