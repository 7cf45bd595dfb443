"""How two tensors are held against each other and how the verdicts are printed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Tolerance:
    """|actual − expected| may be relative·|expected| + absolute."""

    relative: float
    absolute: float


@dataclass(frozen=True)
class Verdict:
    passed: bool
    # Largest |a − b| / |b| among entries with |b| over 1e−6; for whole numbers the share that differs.
    strict: float
    # Largest |a − b|.
    absolute: float
    # Largest |a − b| in units of what the tolerance allows; 1 is the limit.
    used: float
    note: str = ""


def compared(actual: np.ndarray | None, expected: np.ndarray, tolerance: Tolerance) -> Verdict:
    """Whole numbers must agree exactly."""
    if actual is None:
        return _refused("missing")
    if actual.shape != expected.shape:
        return _refused(f"shape {list(actual.shape)}, not {list(expected.shape)}")
    if np.issubdtype(expected.dtype, np.integer):
        return _whole(actual, expected)
    return _real(actual.astype(np.float64), expected.astype(np.float64), tolerance)


def _whole(actual: np.ndarray, expected: np.ndarray) -> Verdict:
    if actual.dtype != expected.dtype:
        return _refused(f"type {actual.dtype}, not {expected.dtype}")
    wrong = actual != expected
    share = float(wrong.mean()) if wrong.size else 0.0
    note = f"{int(wrong.sum())} differ, first at {_place(wrong)}" if share else ""
    return Verdict(not share, share, float(wrong.any()), np.inf if share else 0.0, note)


def _real(actual: np.ndarray, expected: np.ndarray, tolerance: Tolerance) -> Verdict:
    if not np.isfinite(actual).all():
        return _refused(f"not finite at {_place(~np.isfinite(actual))}")
    difference = np.abs(actual - expected)
    size = np.abs(expected)
    allowed = tolerance.relative * size + tolerance.absolute
    used = difference / np.maximum(allowed, np.finfo(np.float64).tiny)
    strict = (difference / np.maximum(size, 1e-300))[size > 1e-6]
    worst = float(used.max(initial=0))
    return Verdict(
        passed=worst <= 1,
        strict=float(strict.max(initial=0)),
        absolute=float(difference.max(initial=0)),
        used=worst,
        note="" if worst <= 1 else _worst(actual, expected, used),
    )


def _worst(actual: np.ndarray, expected: np.ndarray, used: np.ndarray) -> str:
    at = np.unravel_index(int(used.argmax()), used.shape)
    return f"{int((used > 1).sum())} off, worst at {[int(i) for i in at]}: {actual[at]:.7g}, not {expected[at]:.7g}"


def _place(mask: np.ndarray) -> list[int]:
    return [int(i) for i in np.argwhere(mask)[0]]


def _refused(note: str) -> Verdict:
    return Verdict(False, float("inf"), float("inf"), float("inf"), note)
