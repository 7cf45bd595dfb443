#!/usr/bin/env python3
"""Rebuilds a Faster R-CNN trace in PyTorch and torchvision, in float64, from its weights and its picture.

    boxstep trace SCENE --detector fasterrcnn --output OUT.safetensors
    python3 Tests/PyTorch/check_fasterrcnn.py OUT.safetensors [--scene FILE]

Features, predictions, losses, pooled regions, the second stage and the gradient of every weight are
computed anew. What is chosen (which anchors and regions were drawn, and the boxes of the proposals,
whose coordinates carry no gradient) is taken from the trace, after it has been held against the rules:
states and counts of the drawn, top-k and torchvision's NMS on the trace's own predictions, matches and
levels of the regions, suppression of the detections.

Prints each value's worst deviation as check_trace.py does; exits with 1 above a thousandth.
"""

from __future__ import annotations

import argparse
import math
import sys
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor
from torchvision.ops import batched_nms, box_iou, roi_align

import check_trace
import network
from compare import Tolerance, Verdict, compared

MOST_GROWTH = math.log(224 / 8)


class Run:
    """A trace with its scene and parameters, and the values rebuilt so far."""

    def __init__(self, path: Path, scene: Path | None) -> None:
        self.trace = check_trace.read(path)
        self.settings = check_trace.parameters(self.trace.metadata)
        described = check_trace.scene(scene, self.trace.metadata)
        self.classes = described["classes"]
        objects = [o for o in described["objects"] if not o.get("ignore")]
        self.boxes = torch.tensor([o["box"] for o in objects], dtype=torch.float64).reshape(-1, 4)
        self.labels = torch.tensor([self.classes.index(o["class"]) for o in objects], dtype=torch.long)
        self.ignored = torch.tensor(
            [o["box"] for o in described["objects"] if o.get("ignore")], dtype=torch.float64
        ).reshape(-1, 4)
        self.values: dict[str, Tensor] = {}
        self.complaints: list[str] = []

    def told(self, name: str) -> Tensor:
        """A value of the trace; whole numbers as they are, others in float64."""
        value = torch.from_numpy(self.trace.values[name])
        return value.double() if value.is_floating_point() else value.long()

    def has(self, name: str) -> bool:
        return name in self.trace.values

    def number(self, name: str) -> float:
        return float(self.settings[name])

    def expect(self, holds: bool, words: str) -> None:
        if not bool(holds):
            self.complaints.append(words)


# The network


def features(run: Run, weights: network.Weights) -> list[Tensor]:
    image = run.told("image.pixels")[None]
    maps = network.backbone(weights, image)
    above, levels = None, []
    for level in (5, 4, 3):
        merged = network.convolved(weights, f"pyramid.lateral{level}", maps[f"C{level}"])
        if above is not None:
            merged = merged + F.interpolate(above, size=merged.shape[-2:], mode="nearest")
        levels.insert(0, network.convolved(weights, f"pyramid.output{level}", merged))
        above = merged
    for name, x in zip(("P3", "P4", "P5"), levels):
        run.values[f"features.{name}"] = x[0]
    return levels


def rpn(run: Run, weights: network.Weights, maps: list[Tensor]) -> tuple[Tensor, Tensor]:
    objectness, deltas = [], []
    for x in maps:
        for i in range(int(run.number("head_depth"))):
            x = F.relu(network.convolved(weights, f"heads.rpn.conv{i}", x))
        objectness.append(network.convolved(weights, "heads.objectness.output", x)[0].permute(1, 2, 0).reshape(-1))
        deltas.append(network.convolved(weights, "heads.box.output", x)[0].permute(1, 2, 0).reshape(-1, 4))
    run.values["predictions.objectness"] = torch.cat(objectness)
    run.values["predictions.box_deltas"] = torch.cat(deltas)
    return torch.cat(objectness), torch.cat(deltas)


# Boxes


def encoded(boxes: Tensor, anchors: Tensor) -> Tensor:
    size, wanted = anchors[:, 2:] - anchors[:, :2], boxes[:, 2:] - boxes[:, :2]
    shift = ((boxes[:, 2:] + boxes[:, :2]) - (anchors[:, 2:] + anchors[:, :2])) / 2 / size
    return torch.cat([shift, (wanted / size).log()], 1)


def decoded(deltas: Tensor, anchors: Tensor) -> Tensor:
    size = anchors[:, 2:] - anchors[:, :2]
    centre = (anchors[:, 2:] + anchors[:, :2]) / 2 + deltas[:, :2] * size
    half = deltas[:, 2:].clamp(max=MOST_GROWTH).exp() * size / 2
    return torch.cat([centre - half, centre + half], 1)


def clipped(boxes: Tensor, image: Tensor) -> Tensor:
    height, width = image.shape[-2:]
    limits = torch.tensor([width, height, width, height], dtype=torch.float64)
    return torch.minimum(boxes.clamp(min=0), limits)


def best_overlap(boxes: Tensor, objects: Tensor) -> tuple[Tensor, Tensor]:
    if not len(objects):
        return torch.zeros(len(boxes), dtype=torch.float64), torch.full((len(boxes),), -1)
    overlap, owner = box_iou(boxes, objects).max(dim=1)
    return overlap, owner


def share_inside(boxes: Tensor, ignored: Tensor) -> Tensor:
    if not len(ignored):
        return torch.zeros(len(boxes), dtype=torch.float64)
    corner = torch.maximum(boxes[:, None, :2], ignored[None, :, :2])
    other = torch.minimum(boxes[:, None, 2:], ignored[None, :, 2:])
    inside = (other - corner).clamp(min=0).prod(2)
    return (inside / (boxes[:, 2:] - boxes[:, :2]).prod(1)[:, None]).max(1).values


# The first stage


def first_stage(run: Run, objectness: Tensor, deltas: Tensor) -> Tensor:
    anchors = run.told("anchors.boxes")
    low, high = run.settings["iou_thresholds"]
    overlap, owner = best_overlap(anchors, run.boxes)
    state = torch.where(overlap >= high, 1, torch.where(overlap > low, -1, 0))
    state[share_inside(anchors, run.ignored) >= 0.5] = -1
    run.expect((state == run.told("match.state")).all(), "match.state")
    plus = run.told("sample.positive") if run.has("sample.positive") else torch.zeros(0, dtype=torch.long)
    minus = run.told("sample.negative")
    size = int(run.number("samples_per_image"))
    share = min(int(size * run.number("positive_fraction")), int((state == 1).sum()))
    run.expect(len(plus) == share and (state[plus] == 1).all(), "sample.positive")
    run.expect(len(minus) == min(size - share, int((state == 0).sum())), "how many of sample.negative")
    run.expect((state[minus] == 0).all() and len(set(minus.tolist())) == len(minus), "sample.negative")
    drawn = torch.cat([plus, minus])
    target = torch.cat([torch.ones(len(plus)), torch.zeros(len(minus))]).double()
    bce = F.binary_cross_entropy_with_logits(objectness[drawn], target, reduction="sum") / size
    box = (deltas[plus] - encoded(run.boxes[owner[plus]], anchors[plus])).abs().sum() / size
    run.values |= {"losses.rpn_objectness": bce, "losses.rpn_box": box, "losses.rpn_total": bce + box}
    return bce + box


def check_proposals(run: Run) -> None:
    scores, deltas = run.told("predictions.objectness"), run.told("predictions.box_deltas")
    boxes = clipped(decoded(deltas, run.told("anchors.boxes")), run.told("image.pixels"))
    kept, levels = [], []
    start = 0
    for index, stride in enumerate((8, 16, 32)):
        height, width = (math.ceil(side / stride) for side in run.told("image.pixels").shape[-2:])
        count = height * width * len(run.settings["aspect_ratios"])
        order = scores[start : start + count].sort(descending=True, stable=True).indices + start
        order = order[: int(run.number("proposals_before"))]
        kept.append(order[((boxes[order, 2:] - boxes[order, :2]) > 0).all(1)])
        levels.append(torch.full_like(kept[-1], index))
        start += count
    candidates, level = torch.cat(kept), torch.cat(levels)
    survivors = candidates[batched_nms(boxes[candidates], scores[candidates], level, run.number("rpn_nms"))]
    wanted = survivors[: int(run.number("proposals_after"))]
    run.expect(wanted.tolist() == run.told("proposals.anchor").tolist(), "proposals.anchor")
    run.values["proposals.boxes"] = boxes[wanted]


# The second stage


def check_regions(run: Run) -> None:
    boxes, count = run.told("roi.boxes"), len(run.told("proposals.boxes"))
    mixed = run.boxes if run.settings["add_gt_to_proposals"] in (True, "true") else run.boxes[:0]
    run.expect(torch.equal(boxes[count:], mixed.float().double()), "the GT mixed in")
    overlap, _ = best_overlap(boxes, run.boxes)
    state = torch.where(overlap > run.number("roi_iou"), 1, 0)
    state[:count][share_inside(boxes[:count], run.ignored) >= 0.5] = -1
    run.expect((state == run.told("roi.state")).all(), "roi.state")
    drawn = run.told("roi.drawn") == 1
    size = int(run.number("roi_samples"))
    share = min(int(size * run.number("roi_positive_fraction")), int((state == 1).sum()))
    run.expect(int((drawn & (state == 1)).sum()) == share, "how many foreground regions are drawn")
    background = min(size - share, int((state == 0).sum()))
    run.expect(int((drawn & (state == 0)).sum()) == background, "how many background regions are drawn")
    side = (boxes[:, 2:] - boxes[:, :2]).prod(1).sqrt()
    level = (5 + (side / 224).log2()).floor().clamp(3, 5).long() - 3
    run.expect((level == run.told("roi.level")).all(), "roi.level")


def second_stage(run: Run, weights: network.Weights, maps: list[Tensor]) -> Tensor:
    boxes, levels = run.told("roi.boxes"), run.told("roi.level")
    side, ratio = int(run.number("roi_size")), int(run.number("sampling_ratio"))
    pooled = torch.zeros(len(boxes), maps[0].shape[1], side, side, dtype=torch.float64)
    for index, x in enumerate(maps):
        rows = (levels == index).nonzero()[:, 0]
        found = roi_align(x, [boxes[rows]], side, 1 / 2 ** (index + 3), ratio if ratio > 0 else -1, aligned=True)
        pooled = pooled.index_copy(0, rows, found)
    h = pooled.flatten(1)
    for name in ("fc1", "fc2"):
        h = F.relu(F.linear(h, weights[f"heads.roi.{name}.weight"], weights[f"heads.roi.{name}.bias"]))
    logits = F.linear(h, weights["heads.roi.cls.weight"], weights["heads.roi.cls.bias"])
    run.values |= {"roi.pooled": pooled, "roi.cls_logits": logits}
    drawn = (run.told("roi.drawn") == 1).nonzero()[:, 0]
    owner = run.told("roi.gt")
    target = torch.full((len(boxes),), len(run.classes))
    target[owner >= 0] = run.labels[owner[owner >= 0]]
    cls = F.cross_entropy(logits[drawn], target[drawn], reduction="sum") / max(1, len(drawn))
    run.values["losses.roi_cls"] = cls
    if "heads.roi.box.weight" not in weights:
        return cls
    deltas = F.linear(h, weights["heads.roi.box.weight"], weights["heads.roi.box.bias"])
    run.values["roi.box_deltas"] = deltas
    plus = drawn[owner[drawn] >= 0]
    own = deltas.reshape(len(boxes), -1, 4)[plus, target[plus]]
    stds = torch.tensor(run.settings["roi_box_stds"], dtype=torch.float64)
    box = (own - encoded(run.boxes[owner[plus]], boxes[plus]) / stds).abs().sum() / max(1, len(drawn))
    run.values["losses.roi_box"] = box
    return cls + box


def check_detections(run: Run) -> None:
    """What suppression leaves of the trace's own scores, per class."""
    count = len(run.told("proposals.boxes"))
    scores = run.told("roi.cls_logits")[:count].softmax(1)[:, :-1]
    classes = scores.shape[1]
    boxes = run.told("roi.boxes")[:count, None].expand(count, classes, 4)
    if run.has("roi.box_deltas"):
        stds = torch.tensor(run.settings["roi_box_stds"], dtype=torch.float64)
        deltas = run.told("roi.box_deltas")[:count].reshape(-1, 4) * stds
        boxes = decoded(deltas, boxes.reshape(-1, 4)).reshape(count, classes, 4)
    boxes = clipped(boxes, run.told("image.pixels"))
    row, label = (scores > run.number("score_threshold")).nonzero(as_tuple=True)
    kept = batched_nms(boxes[row, label], scores[row, label], label, run.number("nms_threshold"))
    kept = kept[: int(run.number("max_detections"))]
    if not len(kept):
        return run.expect(not run.has("detections.boxes"), "detections")
    run.values["detections.scores"] = scores[row[kept], label[kept]]
    run.values["detections.boxes"] = boxes[row[kept], label[kept]]
    run.expect(run.told("detections.labels").tolist() == label[kept].tolist(), "detections.labels")
    run.expect(run.told("detections.roi").tolist() == row[kept].tolist(), "detections.roi")


def rebuild(run: Run) -> None:
    weights = {name: w.requires_grad_() for name, w in run.trace.group("weights.").items()}
    maps = features(run, weights)
    objectness, deltas = rpn(run, weights, maps)
    total = first_stage(run, objectness, deltas)
    check_proposals(run)
    check_regions(run)
    total = total + second_stage(run, weights, maps)
    run.values["losses.total"] = total
    names = [name for name in weights if run.has(f"gradients.weights.{name}")]
    sources = [objectness, deltas] + [weights[name] for name in names]
    slopes = torch.autograd.grad(total, sources, allow_unused=True)
    run.values |= {"gradients.objectness": slopes[0], "gradients.box_deltas": slopes[1]}
    run.values |= {f"gradients.weights.{name}": slope for name, slope in zip(names, slopes[2:]) if slope is not None}
    check_detections(run)


def verdict(actual: np.ndarray, expected: Tensor) -> Verdict:
    wanted = expected.detach().numpy()
    largest = float(np.abs(wanted).max(initial=0))
    return compared(actual, wanted, Tolerance(relative=1e-3, absolute=1e-5 * largest + 1e-9))


def main() -> int:
    parser = argparse.ArgumentParser(description="Rebuilds a Faster R-CNN trace in PyTorch.")
    parser.add_argument("trace", type=Path)
    parser.add_argument("--scene", type=Path)
    options = parser.parse_args()
    run = Run(options.trace, options.scene)
    rebuild(run)
    verdicts: dict[str, Any] = {
        name: verdict(run.trace.values[name], value) for name, value in run.values.items() if run.has(name)
    }
    failed = {name: v for name, v in verdicts.items() if not v.passed}
    for name, v in sorted(verdicts.items(), key=lambda item: -item[1].used)[:8]:
        print(f"{name:44}{v.used:9.1%} of the tolerance  {v.note}")
    for words in run.complaints:
        print(f"{words}: not what the rules make of it")
    print(f"{len(verdicts) - len(failed)} of {len(verdicts)} values agree")
    return 1 if failed or run.complaints else 0


if __name__ == "__main__":
    sys.exit(main())
