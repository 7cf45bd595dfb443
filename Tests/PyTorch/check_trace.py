#!/usr/bin/env python3
"""Rebuilds a RetinaNet trace in PyTorch, in float64, from its weights and its picture alone.

    boxstep trace SCENE --output OUT.safetensors
    python3 Tests/PyTorch/check_trace.py OUT.safetensors [--scene FILE]

Boxes and classes come from the scene: from the file given, else from the trace's metadata when that
holds the scene itself. Everything from the features to the weights' gradients is computed anew from
`weights.*` and `image.pixels`; without a network in the trace, from `predictions.*`. The
optimiser's step is computed from the trace's own `gradients.weights.*` (taken to be those before
clipping), and only for the first iteration, as later ones have a memory that no trace holds.

Prints each value's worst deviation |a − b| / (|b| + max|b| / 1000); exits with 1 above 1e−3. So
an entry may be off by a thousandth of itself plus a millionth of the largest. (The gradient of the
boxes gets ten times the latter: where prediction and target nearly cancel, smooth L1's slope of σ²
magnifies what float32 has lost.)
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import re
import sys
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import safe_open
from torch import Tensor

import network
import retinanet
from compare import Tolerance, Verdict, compared

RELATIVE, OF_LARGEST = 1e-3, 1e-6
MAGNIFIED = {"gradients.box_deltas": 10}


class Unusable(Exception):
    """A trace this check can say nothing about."""


@dataclasses.dataclass(frozen=True)
class Trace:
    values: dict[str, np.ndarray]
    metadata: dict[str, Any]

    def group(self, prefix: str) -> dict[str, Tensor]:
        """The values under a prefix, by the rest of their names, in float64."""
        return {
            name.removeprefix(prefix): torch.from_numpy(value).double()
            for name, value in self.values.items()
            if name.startswith(prefix)
        }


# Reading


def read(path: Path) -> Trace:
    with safe_open(path, framework="numpy") as file:
        values = {name: file.get_tensor(name) for name in file.keys()}
        metadata = {name: parsed(text) for name, text in (file.metadata() or {}).items()}
    return Trace(values, metadata)


def parsed(text: Any) -> Any:
    """Numbers, lists and objects from their text; anything else stays text."""
    if not isinstance(text, str):
        return text
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        parts = [part.strip(" []") for part in re.split(r"[,\s]+", text.strip(" []"))]
        numbers = [_number(part) for part in parts]
        return numbers if len(numbers) > 1 and None not in numbers else text


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def parameters(metadata: dict[str, Any]) -> dict[str, Any]:
    """Every parameter of the run, whether listed as an object or as names with texts."""
    given = metadata.get("parameters", {})
    if isinstance(given, list):
        given = {entry["name"]: entry.get("value", entry.get("text")) for entry in given}
    if not isinstance(given, dict):
        raise Unusable("the metadata's parameters are no JSON object")
    return {name: parsed(value) for name, value in given.items()}


def semantics(given: dict[str, Any]) -> retinanet.Parameters:
    if given.get("preset", "seed") in ("torchvision", "mmdetection") or given.get("low_quality_matches") is True:
        raise Unusable("only keras-retinanet's conventions are rebuilt here")
    if given.get("box_coding", "corner") != "corner":
        raise Unusable("only corner coding is rebuilt here")
    known = {}
    for field in dataclasses.fields(retinanet.Parameters):
        value = given.get(field.name)
        if value is not None:
            known[field.name] = tuple(value) if isinstance(value, list) else float(value)
    known |= _exact_scales(known)
    return retinanet.Parameters(**known)


def _exact_scales(known: dict[str, Any]) -> dict[str, Any]:
    """The preset's own scales where the text only shows them rounded."""
    scales = known.get("anchor_scales", retinanet.SCALES)
    close = len(scales) == 3 and np.allclose(scales, retinanet.SCALES, rtol=1e-4)
    return {"anchor_scales": retinanet.SCALES} if close else {}


def scene(path: Path | None, metadata: dict[str, Any]) -> dict[str, Any]:
    if path is None:
        found = metadata.get("scene")
        if isinstance(found, dict) and "objects" in found:
            return found
        raise Unusable("the trace doesn't hold its scene: name the file with --scene")
    if path.suffix == ".json":
        return json.loads(path.read_text())
    import yaml

    return yaml.safe_load(path.read_text())


# Rebuilding


def rebuilt(trace: Trace, described: dict[str, Any]) -> dict[str, Tensor]:
    given = parameters(trace.metadata)
    truth = retinanet.GroundTruth.of_scene(described)
    rules = semantics(given)
    if "image.pixels" not in trace.values:
        picture = described["image"]
        if not isinstance(picture, dict):
            raise Unusable("without a network in the trace the scene must give the picture's size")
        width, height = int(picture["width"]), int(picture["height"])
        return retinanet.iteration(width, height, truth, trace.group("predictions."), rules)
    return with_network(trace, given, truth, rules, len(described["classes"]))


def with_network(
    trace: Trace, given: dict[str, Any], truth: retinanet.GroundTruth, rules: retinanet.Parameters, classes: int
) -> dict[str, Tensor]:
    if given.get("backbone", "residual") != "residual":
        raise Unusable("only the residual backbone is rebuilt here")
    weights = {name: w.requires_grad_() for name, w in trace.group("weights.").items()}
    image = torch.from_numpy(trace.values["image.pixels"]).double()
    height, width = image.shape[-2:]
    outputs = network.forward(weights, image.reshape(1, 3, height, width), classes)
    predictions = {"cls_logits": outputs.cls_logits, "box_deltas": outputs.box_deltas}
    values = {f"features.{name}": x[0] for name, x in outputs.features.items()}
    values |= {f"predictions.{name}": x for name, x in predictions.items()}
    values |= retinanet.iteration(width, height, truth, predictions, rules)
    seeds = [values[f"gradients.{name}"] for name in predictions]
    gradients = torch.autograd.grad(list(predictions.values()), list(weights.values()), seeds, allow_unused=True)
    for name, weight in weights.items():
        values[f"weights.{name}"] = weight
    for name, gradient in zip(weights, gradients):
        if gradient is not None:
            values[f"gradients.weights.{name}"] = gradient
    return values | updates(trace, given)


def updates(trace: Trace, given: dict[str, Any]) -> dict[str, Tensor]:
    """The first step of the optimiser. Weights without a gradient stay."""
    if int(trace.metadata.get("iteration", trace.metadata.get("iterations", 1))) != 1:
        print("updated.*: not checked after the first iteration")
        return {}
    gradients = trace.group("gradients.weights.")
    moved = {}
    for name, weight in trace.group("weights.").items():
        frozen = any(name.startswith(part) for part in _frozen(given)) or name not in gradients
        moved[f"updated.{name}"] = weight if frozen else first_step(weight, gradients[name], given)
    return moved


def first_step(weight: Tensor, gradient: Tensor, given: dict[str, Any]) -> Tensor:
    clip = _number(str(given.get("clip_norm", 0.001)))
    if clip:
        gradient = gradient * min(1.0, clip / max(float(gradient.norm()), 1e-300))
    parameter = weight.clone().requires_grad_()
    parameter.grad = gradient
    rate, decay = float(given.get("learning_rate", 3e-4)), float(given.get("weight_decay", 0))
    if given.get("optimizer", "adam") == "adam":
        torch.optim.Adam([parameter], lr=rate, weight_decay=decay).step()
    else:
        momentum = float(given.get("momentum", 0.9))
        torch.optim.SGD([parameter], lr=rate, momentum=momentum, weight_decay=decay).step()
    return parameter.detach()


def _frozen(given: dict[str, Any]) -> list[str]:
    text = given.get("freeze") or "none"
    names = text if isinstance(text, list) else re.findall(r"[a-z]+", str(text))
    return [f"{name}." for name in names if name != "none"]


# Verdicts


def judge(trace: Trace, values: dict[str, Tensor]) -> dict[str, Verdict]:
    verdicts = {}
    for name, value in values.items():
        expected = value.detach().numpy()
        if name not in trace.values and _optional(name, expected):
            continue
        actual = trace.values.get(name)
        if actual is not None and np.issubdtype(actual.dtype, np.integer):
            expected = expected.astype(actual.dtype)
        floor = OF_LARGEST * MAGNIFIED.get(name, 1) * float(np.abs(expected).max(initial=0))
        verdicts[name] = compared(actual, expected, Tolerance(RELATIVE, floor))
    return verdicts


def _optional(name: str, expected: np.ndarray) -> bool:
    """C2 and a frozen part's values need not be in a trace; empty values are left out of it."""
    return name == "features.C2" or name.startswith(("updated.", "gradients.weights.")) or expected.size == 0


def print_table(verdicts: dict[str, Verdict]) -> None:
    print(f"{'value':48}{'deviation':>11}{'absolute':>11}")
    for name, verdict in verdicts.items():
        deviation = verdict.used * RELATIVE
        print(f"{name:48}{deviation:>11.1e}{verdict.absolute:>11.1e}  {verdict.note}".rstrip())


def main() -> int:
    parser = argparse.ArgumentParser(description="Rebuilds a RetinaNet trace in PyTorch and compares.")
    parser.add_argument("trace", type=Path, metavar="OUT.safetensors")
    parser.add_argument("--scene", type=Path, help="the scene's file, JSON or YAML")
    options = parser.parse_args()
    trace = read(options.trace)
    try:
        values = rebuilt(trace, scene(options.scene, trace.metadata))
    except Unusable as reason:
        print(f"{options.trace}: {reason}", file=sys.stderr)
        return 2
    verdicts = judge(trace, values)
    print_table(verdicts)
    failed = [name for name, verdict in verdicts.items() if not verdict.passed]
    worst = max((v.used for v in verdicts.values()), default=0) * RELATIVE
    print(f"{len(verdicts) - len(failed)} of {len(verdicts)} values agree, worst deviation {worst:.1e}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
