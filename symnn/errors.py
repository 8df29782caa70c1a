"""Every error that symnn raises on purpose: wrong input never ends in a bare exception."""

from __future__ import annotations


class SymnnError(Exception):
    """The root of all errors of this package."""


class ShapeError(SymnnError):
    """Two shapes do not fit together."""


class ReadError(SymnnError):
    """A text cannot be read as mathematics; the message shows the place and what to write instead."""


class UnsupportedError(SymnnError):
    """The input is understood, and the operation asked for is not available for it."""


class AssumptionError(SymnnError):
    """An assumption is unknown, contradictory, or does not fit the variable it is made about."""


class RefutedError(SymnnError):
    """A line of a proof is false; the message carries a counterexample in small rationals."""


class UndecidedError(SymnnError):
    """No judge can decide a line of a proof."""


class CertificateError(SymnnError):
    """A stored proof was altered, is damaged, or does not hold."""


class NoCertificateError(CertificateError):
    """A file is no stored proof at all."""


class ProjectError(SymnnError):
    """A project folder, a chapter or a generated module is missing, stale or malformed."""


class DataError(SymnnError):
    """A data set is missing, damaged, or does not fit its description."""


class MissingDataError(DataError):
    """The files of a data set are not there; the message says how to get them."""


class DomainError(SymnnError):
    """An expression has a value nowhere, such as the logarithm of a negative number."""


class ModelError(SymnnError):
    """A model file is missing, malformed, or describes no network; the message shows the line and what to write."""


class MissingExtraError(SymnnError):
    """An optional library is not installed; the message says what to install."""


class TrainingError(SymnnError):
    """A network cannot be trained: it has no data or no module, or its loss is no longer finite."""
