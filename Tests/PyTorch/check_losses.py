#!/usr/bin/env python3
"""Holds `boxstep losses` against reference runs of single losses.

    python3 Tests/PyTorch/check_losses.py DIR BOXSTEP

DIR has folders box_losses and classification_losses, each with cases of inputs.safetensors and
expected.safetensors; a tensor's name says whose loss it is and with which options, `_grad` the gradient
of the summed loss. The inputs were decimals of at most three places, and are rounded to them again. Numbers
must agree within 1e−4 of the expected plus 1e−5; where the original is NaN, a finite number must stand.
Bounded IoU has kinks where centres or sides are equal, and there the original's own rounding chose a side: the
slope of either side is right. Exits with 1 when anything disagrees. Needs numpy and safetensors.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file, save_file

from compare import Tolerance, Verdict, compared

TOLERANCE = Tolerance(relative=1e-4, absolute=1e-5)


@dataclass(frozen=True)
class BoxLoss:
    loss: str
    convention: str
    epsilon: str | None = None
    # The reference gives the measure, which is 1 − loss.
    is_measure: bool = False


BOX_LOSSES = {
    "mmdet_iou_log_eps1e-6": BoxLoss("iou_log", "mmdetection"),
    "mmdet_iou_linear_eps1e-6": BoxLoss("iou_linear", "mmdetection"),
    **{
        f"mmdet_{kind}_eps{epsilon}": BoxLoss(kind, "mmdetection", epsilon)
        for kind in ("giou", "diou", "ciou")
        for epsilon in ("1e-06", "1e-07")
    },
    "mmdet228_ciou_eps1e-7": BoxLoss("ciou", "mmdetection-2.28", "1e-7"),
    "mmdet228_iou_square_eps1e-16": BoxLoss("iou_square", "mmdetection-2.28", "1e-16"),
    **{f"tv_{kind}": BoxLoss(kind, "torchvision") for kind in ("giou", "diou", "ciou")},
    "seed_bbox_iou": BoxLoss("iou_linear", "seed", None, True),
    **{f"seed_bbox_{kind}": BoxLoss(kind, "seed", None, True) for kind in ("giou", "diou", "ciou")},
}

# Sums over corners of losses whose terms the reference lists; boxes in so many pixels.
CORNER_LOSSES = {
    "mmdet_l1": ("l1", 1.0, 1.0),
    "mmdet_smooth_l1_beta1": ("smooth_l1", 1.0, 50.0),
    "mmdet_smooth_l1_beta0.11": ("smooth_l1", 0.11, 50.0),
    "mmdet_smooth_l1_beta0.1111": ("smooth_l1", 1 / 9, 50.0),
    "mmdet_bounded_iou": ("bounded_iou", 1.0, 1.0),
}

# To either side of equal centres, and of equal sides.
KINKS = [(e, e, e, e) for e in (1e-9, -1e-9)] + [(0, 0, e, e) for e in (1e-9, -1e-9)]


def run(boxstep: str, *arguments: object) -> dict:
    command = [boxstep, "losses", *map(str, arguments), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}\n{done.stderr}")
    return json.loads(done.stdout)


def of_pairs(
    boxstep: str, inputs: dict[str, np.ndarray], unit: float, *options: object, shift: tuple[float, ...] = (0, 0, 0, 0)
) -> dict[str, dict]:
    """Value (N) and gradient (N,4) of each loss, by its name, of predicted boxes whose corners are moved."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "pairs.safetensors"
        rounded = {name: np.round(inputs[name].astype(np.float64), 3) / unit for name in ("pred", "target")}
        rounded["pred"] += np.array(shift)
        save_file(rounded, file)
        pairs = run(boxstep, "--pairs", file, *options)["pairs"]
    names = [line["loss"] for line in pairs[0]["losses"]]
    return {
        name: {
            "value": np.array([pair["losses"][k]["value"] for pair in pairs]),
            "gradient": np.array([pair["losses"][k]["gradient"] for pair in pairs]) / unit,
        }
        for k, name in enumerate(names)
    }


def box_losses(boxstep: str, case: Path) -> dict[str, Verdict]:
    inputs, expected = load_file(case / "inputs.safetensors"), load_file(case / "expected.safetensors")
    verdicts = {}
    for name, loss in BOX_LOSSES.items():
        epsilon = ["--epsilon", loss.epsilon] if loss.epsilon else []
        found = of_pairs(boxstep, inputs, 1, "--convention", loss.convention, *epsilon)[loss.loss]
        value = 1 - found["value"] if loss.is_measure else found["value"]
        gradient = -found["gradient"] if loss.is_measure else found["gradient"]
        verdicts[name] = judged(value, expected[name])
        verdicts[f"{name}_grad"] = judged(gradient, expected[f"{name}_grad"])
    for name, (loss, beta, unit) in CORNER_LOSSES.items():
        found = of_pairs(boxstep, inputs, unit, "--beta", beta)[loss]
        verdicts[name] = judged(found["value"], expected[name].astype(np.float64).sum(axis=1))
        wanted = expected[f"{name}_grad"]
        gradient = found["gradient"]
        for shift in KINKS if loss == "bounded_iou" else ():
            other = of_pairs(boxstep, inputs, unit, "--beta", beta, shift=shift)[loss]["gradient"]
            gradient = np.where(np.abs(other - wanted) < np.abs(gradient - wanted), other, gradient)
        verdicts[f"{name}_grad"] = judged(gradient, wanted)
    return complete(verdicts, expected)


def classification_losses(boxstep: str, case: Path) -> dict[str, Verdict]:
    inputs, expected = load_file(case / "inputs.safetensors"), load_file(case / "expected.safetensors")
    logits = inputs["logits"].astype(np.float64)
    side = np.where(inputs["onehot"].ravel() == 1, "present", "absent")
    verdicts = {}
    for name in expected:
        if name.endswith("_grad"):
            continue
        options, loss = focal_options(name)
        row = ",".join(repr(float(x)) for x in logits.ravel())
        lines = run(boxstep, "--logit", row, *options)["probabilities"]
        terms = [
            next(line[s] for line in entry["losses"] if line["loss"].startswith(loss)) for s, entry in zip(side, lines)
        ]
        for key, suffix in (("value", ""), ("gradient", "_grad")):
            found = np.array([term[key] for term in terms]).reshape(logits.shape)
            verdicts[name + suffix] = judged(found, expected[name + suffix])
    return complete(verdicts, expected)


def focal_options(name: str) -> tuple[list[str], str]:
    """keras_focal_a0.25_g2.0 as options, and the line that is meant."""
    if "focal" not in name:
        return [], "cross_entropy"
    source, _, alpha, gamma = name.split("_")
    clip = "1e-7" if source == "keras" else "0"
    return ["--alpha", alpha[1:], "--gamma", gamma[1:], "--clip", clip], "focal"


def judged(found: np.ndarray, wanted: np.ndarray) -> Verdict:
    finite = np.isfinite(wanted)
    return compared(found, np.where(finite, wanted, found), TOLERANCE)


def complete(verdicts: dict[str, Verdict], expected: dict[str, np.ndarray]) -> dict[str, Verdict]:
    missing = sorted(expected.keys() - verdicts.keys())
    return verdicts | {name: compared(None, expected[name], TOLERANCE) for name in missing}


def main() -> int:
    if len(sys.argv) != 3:
        print(__doc__, file=sys.stderr)
        return 2
    directory, boxstep = Path(sys.argv[1]), sys.argv[2]
    failed = 0
    for kind, check in (("box_losses", box_losses), ("classification_losses", classification_losses)):
        cases = sorted(file.parent for file in (directory / kind).glob("*/expected.safetensors"))
        if not cases:
            print(f"no cases in {directory / kind}", file=sys.stderr)
            return 2
        for case in cases:
            verdicts = check(boxstep, case)
            bad = {name: v for name, v in verdicts.items() if not v.passed}
            worst = max(v.used for v in verdicts.values())
            print(f"{kind}/{case.name}: {len(verdicts) - len(bad)} of {len(verdicts)} tensors agree, worst at {worst:.1%}")
            for name, verdict in bad.items():
                print(f"  {name}: {verdict.note}")
            failed += bool(bad)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
