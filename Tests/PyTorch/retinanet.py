"""RetinaNet's steps after the network, in float64, with keras-retinanet's conventions.

Slow and plain on purpose: this is what a trace is checked against. Boxes are x1,y1,x2,y2.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

# Single-precision constants that the original goes on to use in double.
SCALES = (1.0, 1.2599210739135742, 1.587401032447815)
SMALL = 1e-7  # what keeps the logarithm finite


@dataclass(frozen=True)
class Parameters:
    strides: tuple[float, ...] = (8, 16, 32, 64, 128)
    anchor_sizes: tuple[float, ...] = (32, 64, 128, 256, 512)
    anchor_scales: tuple[float, ...] = SCALES
    aspect_ratios: tuple[float, ...] = (0.5, 1.0, 2.0)
    anchor_offset: float = 0.5
    positive_iou: float = 0.5
    negative_iou: float = 0.4
    alpha: float = 0.25
    gamma: float = 2.0
    sigma: float = 3.0
    box_std: float = 0.2


@dataclass(frozen=True)
class GroundTruth:
    boxes: Tensor  # G,4
    labels: Tensor  # G
    ignored: Tensor  # boxes of objects that are to be ignored, I,4

    @staticmethod
    def of_scene(scene: dict) -> GroundTruth:
        """Classes are names; an object may carry `ignore: true`."""
        objects = scene.get("objects", [])
        kept = [o for o in objects if not o.get("ignore", False)]
        left = [o for o in objects if o.get("ignore", False)]
        return GroundTruth(
            _boxes(kept),
            torch.tensor([scene["classes"].index(o["class"]) for o in kept], dtype=torch.long),
            _boxes(left),
        )


@dataclass(frozen=True)
class Match:
    state: Tensor  # N: 1 positive, 0 negative, −1 ignored
    gt: Tensor  # N: the GT of a positive, else −1
    max_iou: Tensor  # N


def iteration(
    width: int, height: int, truth: GroundTruth, predictions: dict[str, Tensor], p: Parameters
) -> dict[str, Tensor]:
    """Every value of a trace from the anchors to the gradients of the predictions."""
    logits = predictions["cls_logits"].detach().double().requires_grad_()
    deltas = predictions["box_deltas"].detach().double().requires_grad_()
    boxes = anchors(width, height, p)
    values = {"anchors.boxes": boxes, "decoded.boxes": decoded(boxes, deltas, p)}
    iou = overlap(truth.boxes, boxes)
    match = matched(iou, boxes, width, height, truth.ignored, p)
    if len(truth.boxes):
        values |= {"overlap.iou": iou, "match.max_iou": match.max_iou}
    values |= {"match.state": match.state, "match.gt": match.gt}
    targets = box_targets(boxes, truth.boxes, match, p)
    values["targets.box_deltas"] = targets
    values |= losses(logits, deltas, truth.labels, match, targets, p)
    gradients = torch.autograd.grad(values["losses.total"], [logits, deltas])
    values |= dict(zip(("gradients.cls_logits", "gradients.box_deltas"), gradients))
    return {name: value.detach() for name, value in values.items()}


# Anchors and matches


def anchors(width: int, height: int, p: Parameters) -> Tensor:
    """N,4 in the order level, row, column, ratio, scale."""
    levels = []
    for stride, size in zip(p.strides, p.anchor_sizes):
        x = (torch.arange(-(-width // int(stride)), dtype=torch.float64) + p.anchor_offset) * stride
        y = (torch.arange(-(-height // int(stride)), dtype=torch.float64) + p.anchor_offset) * stride
        centres = torch.stack(torch.meshgrid(x, y, indexing="xy"), dim=-1)  # rows, columns, 2
        cell = _cell(size, p)
        levels.append((centres.repeat(1, 1, 2)[:, :, None] + cell).reshape(-1, 4))
    return torch.cat(levels)


def _cell(size: float, p: Parameters) -> Tensor:
    """The anchors of a cell round 0, 0."""
    corners = []
    for ratio in p.aspect_ratios:
        for scale in p.anchor_scales:
            side = torch.tensor(size * scale, dtype=torch.float64)
            w = torch.sqrt(side * side / ratio)
            h = w * ratio
            corners.append(torch.stack([-w * 0.5, -h * 0.5, w - w * 0.5, h - h * 0.5]))
    return torch.stack(corners)


def overlap(a: Tensor, b: Tensor) -> Tensor:
    """IoU of every pair, A,B."""
    sides = (torch.minimum(a[:, None, 2:], b[:, 2:]) - torch.maximum(a[:, None, :2], b[:, :2])).clamp(min=0)
    inter = sides[..., 0] * sides[..., 1]
    return inter / (_area(a)[:, None] + _area(b) - inter)


def matched(
    iou: Tensor, boxes: Tensor, width: int, height: int, ignored: Tensor, p: Parameters
) -> Match:
    """An anchor's best GT, the first of equals, decides its state; its place and ignored objects overrule."""
    n = len(boxes)
    if len(iou):
        gt = iou.argmax(dim=0)
        best = iou[gt, torch.arange(n)]
    else:
        gt, best = torch.zeros(n, dtype=torch.long), torch.zeros(n, dtype=torch.float64)
    state = torch.where(best > p.negative_iou, -1, 0)
    state[best >= p.positive_iou] = 1
    outside = ((boxes[:, 0] + boxes[:, 2]) / 2 >= width) | ((boxes[:, 1] + boxes[:, 3]) / 2 >= height)
    state[outside | _covered(boxes, ignored)] = -1
    return Match(state, torch.where(state == 1, gt, -1), best)


def _covered(boxes: Tensor, by: Tensor) -> Tensor:
    """Whether half a box or more lies inside one of others."""
    if not len(by):
        return torch.zeros(len(boxes), dtype=torch.bool)
    sides = (torch.minimum(boxes[:, None, 2:], by[:, 2:]) - torch.maximum(boxes[:, None, :2], by[:, :2])).clamp(min=0)
    return ((sides[..., 0] * sides[..., 1]) / _area(boxes)[:, None] >= 0.5).any(dim=1)


# Targets and losses


def box_targets(boxes: Tensor, gt: Tensor, match: Match, p: Parameters) -> Tensor:
    targets = torch.zeros_like(boxes)
    positive = match.state == 1
    chosen = boxes[positive]
    targets[positive] = (gt[match.gt[positive]] - chosen) / _sides(chosen) / p.box_std
    return targets


def decoded(boxes: Tensor, deltas: Tensor, p: Parameters) -> Tensor:
    return boxes + deltas * p.box_std * _sides(boxes)


def losses(
    logits: Tensor, deltas: Tensor, labels: Tensor, match: Match, targets: Tensor, p: Parameters
) -> dict[str, Tensor]:
    positive = match.state == 1
    hot = torch.zeros_like(logits)
    hot[positive, labels[match.gt[positive]]] = 1
    cls = focal(logits, hot, p).sum(dim=1) * (match.state != -1)
    box = smooth_l1(deltas, targets, p).sum(dim=1) * positive
    normalizer = positive.sum().clamp(min=1)
    return {
        "losses.cls_per_anchor": cls,
        "losses.box_per_anchor": box,
        "losses.cls": cls.sum() / normalizer,
        "losses.box": box.sum() / normalizer,
        "losses.total": (cls.sum() + box.sum()) / normalizer,
    }


def focal(logits: Tensor, hot: Tensor, p: Parameters) -> Tensor:
    """Only the cross entropy sees the clipped probability; the focal weight sees the plain one."""
    prob = torch.sigmoid(logits)
    clipped = prob.clamp(SMALL, 1 - SMALL)
    entropy = -torch.where(hot == 1, torch.log(clipped + SMALL), torch.log(1 - clipped + SMALL))
    weight = torch.where(hot == 1, p.alpha * (1 - prob) ** p.gamma, (1 - p.alpha) * prob**p.gamma)
    return weight * entropy


def smooth_l1(deltas: Tensor, targets: Tensor, p: Parameters) -> Tensor:
    distance = (deltas - targets).abs()
    square = p.sigma**2
    return torch.where(distance < 1 / square, 0.5 * square * distance**2, distance - 0.5 / square)


def _boxes(objects: list[dict]) -> Tensor:
    return torch.tensor([o["box"] for o in objects], dtype=torch.float64).reshape(-1, 4)


def _area(boxes: Tensor) -> Tensor:
    return (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])


def _sides(boxes: Tensor) -> Tensor:
    """w, h, w, h."""
    return (boxes[:, 2:] - boxes[:, :2]).repeat(1, 2)
