#!/usr/bin/env python3
"""The benchmark's twin: the work boxstep's engine is timed on, as PyTorch does it fastest on one thread.

    python3 Tests/PyTorch/twin.py [--json] [--only CASE]... [--repeats N]

Prints the median milliseconds of each case. Float32, one thread, memory recycled: the script starts
itself anew with two settings of glibc's allocator, without which PyTorch is several times slower.

iteration.160, .256   network forward, anchors, IoU, match, targets, focal and smooth L1 loss,
                      backward, each weight's gradient clipped to norm .001, Adam; on a square
                      picture of that side with 8 GT and 3 classes
match.10, .50, .100   anchors, IoU, match with so many GT on 800×1344: 201,600 anchors
retinanet.10, …       match, targets and losses from the boxes on, in the formulation of the original implementation
                      (originals.py): tables of every anchor with every GT and class, and autograd
freeanchor.10, …      bags, decoding, image box probability and both losses, in the formulation of mmdetection (originals.py)
fcos.10, .50, .100    the same of FCOS, whose 22,400 points ask for less
losses.10, .50, .100  from a finished match: targets, focal and smooth L1 loss, forward and backward,
                      with 80 classes, gradients dense in N,80 and N,4

What makes it fast, each measured against the plain way: channels-last maps; anchors × GT in tiles that
stay in the cache, without keeping the whole overlap; a focal loss whose gradient is written down
rather than taped, over tiles, positives put right by index instead of a one-hot target; the fused Adam.

The GT, so that another engine can do the same work: u() is the next number of
    state ← state · 6364136223846793005 + 1442695040888963407  (mod 2⁶⁴, from state 42)
    u = (state >> 11) / 2⁵³
and each box takes five of them, in this order, on a picture W×H:
    w = 16 + u²·(W/2 − 16),  h = 16 + u²·(H/2 − 16),  x1 = u·(W − w),  y1 = u·(H − h),  class = ⌊u·K⌋
Pictures are uniform in −1…1; logits normal with mean −3 and deviation 1; deltas normal. Their values
don't change the work.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import time
from dataclasses import dataclass
from functools import partial
from typing import Callable

RECYCLED = {"MALLOC_MMAP_THRESHOLD_": "4294967296", "MALLOC_TRIM_THRESHOLD_": "17179869184"}
if __name__ == "__main__" and any(os.environ.get(name) != value for name, value in RECYCLED.items()):
    os.execve(sys.executable, [sys.executable, *sys.argv], os.environ | RECYCLED)

import torch
import torch.nn.functional as F
from torch import Tensor

import network
import originals

Run = Callable[[], object]

STRIDES = (8, 16, 32, 64, 128)
SIZES = (32, 64, 128, 256, 512)
SCALES = (1.0, 1.2599210739135742, 1.587401032447815)
RATIOS = (0.5, 1.0, 2.0)
POSITIVE, NEGATIVE = 0.5, 0.4
ALPHA, SIGMA, BOX_STD, SMALL = 0.25, 3.0, 0.2, 1e-7
CLIP, RATE = 0.001, 3e-4

ANCHOR_TILE = 81_920  # pairs of anchor and GT at a time
LOGIT_TILE = 1024  # anchors at a time


@dataclass(frozen=True)
class GroundTruth:
    boxes: Tensor  # G,4
    labels: Tensor  # G

    @staticmethod
    def random(count: int, width: int, height: int, classes: int, state: int = 42) -> GroundTruth:
        def u() -> float:
            nonlocal state
            state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
            return (state >> 11) / 2**53

        boxes, labels = [], []
        for _ in range(count):
            w, h = 16 + u() ** 2 * (width / 2 - 16), 16 + u() ** 2 * (height / 2 - 16)
            x, y = u() * (width - w), u() * (height - h)
            boxes.append([x, y, x + w, y + h])
            labels.append(int(u() * classes))
        return GroundTruth(torch.tensor(boxes), torch.tensor(labels))


@dataclass(frozen=True)
class Match:
    corners: Tensor  # 4,N: each corner of the anchors in one piece
    state: Tensor  # N, int8
    gt: Tensor  # N, the best GT whatever the state


# Anchors and match


def anchor_corners(width: int, height: int) -> Tensor:
    """4,N in the order level, row, column, ratio, scale."""
    grids = [(-(-height // stride), -(-width // stride)) for stride in STRIDES]
    per_cell = len(RATIOS) * len(SCALES)
    corners = torch.empty(4, sum(rows * columns for rows, columns in grids) * per_cell)
    scales, ratios = torch.tensor(SCALES), torch.tensor(RATIOS)[:, None]
    start = 0
    for stride, size, (rows, columns) in zip(STRIDES, SIZES, grids):
        sides = size * scales
        w = torch.sqrt(sides * sides / ratios)
        h = (w * ratios).reshape(-1) / 2
        w = w.reshape(-1) / 2
        x = ((torch.arange(columns) + 0.5) * stride)[:, None]
        y = ((torch.arange(rows) + 0.5) * stride)[:, None, None]
        end = start + rows * columns * per_cell
        level = corners[:, start:end].view(4, rows, columns, per_cell)
        for plane, values in zip(level, (x - w, y - h, x + w, y + h)):
            plane.copy_(values)
        start = end
    return corners


def match(width: int, height: int, boxes: Tensor) -> Match:
    corners = anchor_corners(width, height)
    count = corners.shape[1]
    best = torch.empty(count)
    gt = torch.empty(count, dtype=torch.long)
    planes = [plane[:, None].contiguous() for plane in boxes.unbind(1)]
    areas = (planes[2] - planes[0]) * (planes[3] - planes[1])
    tile = max(256, ANCHOR_TILE // len(boxes))
    for start in range(0, count, tile):
        part = slice(start, start + tile)
        iou = overlap(corners[:, part], planes, areas)
        torch.max(iou, 0, out=(best[part], gt[part]))
    state = torch.where(best > NEGATIVE, -1, 0).to(torch.int8)
    state.masked_fill_(best >= POSITIVE, 1)
    outside = (corners[0] + corners[2] >= 2 * width) | (corners[1] + corners[3] >= 2 * height)
    return Match(corners, state.masked_fill_(outside, -1), gt)


def overlap(corners: Tensor, planes: list[Tensor], areas: Tensor) -> Tensor:
    """IoU of every GT with a tile of anchors, G,n."""
    x1, y1, x2, y2 = corners
    inter = torch.minimum(x2, planes[2]).sub_(torch.maximum(x1, planes[0])).clamp_(min=0)
    inter.mul_(torch.minimum(y2, planes[3]).sub_(torch.maximum(y1, planes[1])).clamp_(min=0))
    union = ((x2 - x1) * (y2 - y1) + areas).sub_(inter)
    return inter.div_(union)


# Losses


def total_loss(logits: Tensor, deltas: Tensor, truth: GroundTruth, found: Match) -> Tensor:
    positive = (found.state == 1).nonzero()[:, 0]
    gt = found.gt[positive]
    normalizer = max(1, len(positive))
    weight = (found.state != -1).float().mul_((1 - ALPHA) / normalizer)
    cls = Focal.apply(logits, weight, positive, truth.labels[gt], ALPHA / normalizer)
    targets = box_targets(found.corners[:, positive].t(), truth.boxes[gt])
    box = F.smooth_l1_loss(deltas[positive], targets, reduction="sum", beta=1 / SIGMA**2)
    return cls + box / normalizer


def box_targets(anchors: Tensor, gt: Tensor) -> Tensor:
    sides = (anchors[:, 2:] - anchors[:, :2]).repeat(1, 2)
    return (gt - anchors).div_(sides.mul_(BOX_STD))


class Focal(torch.autograd.Function):
    """Σ weight · p² · −log(1 − p) over every class of every anchor, with γ = 2; the classes that are there
    take their own term instead. The gradient is made on the way, while a tile is in the cache."""

    @staticmethod
    def forward(ctx, logits: Tensor, weight: Tensor, rows: Tensor, columns: Tensor, alpha: float) -> Tensor:
        gradient = torch.empty_like(logits)
        ones = torch.ones(logits.shape[1])
        total = torch.zeros(())
        for start in range(0, len(logits), LOGIT_TILE):
            part = slice(start, start + LOGIT_TILE)
            prob = torch.sigmoid(logits[part])
            rest = torch.rsub(prob, 1)
            entropy = torch.log(rest + SMALL).neg_()
            square = prob * prob
            total += torch.mv(square * entropy, ones).dot(weight[part])
            # d/dx = p²·(2(1 − p)·entropy + p)
            slope = torch.mul(rest.mul_(2), entropy, out=gradient[part])
            slope.add_(prob).mul_(square).mul_(weight[part, None])
        total += Focal.put_right(logits, weight, rows, columns, alpha, gradient)
        ctx.save_for_backward(gradient)
        return total

    @staticmethod
    def put_right(
        logits: Tensor, weight: Tensor, rows: Tensor, columns: Tensor, alpha: float, gradient: Tensor
    ) -> Tensor:
        """What the positives' own classes add beyond the term of an absent class."""
        prob = torch.sigmoid(logits[rows, columns])
        rest = 1 - prob
        there, absent = -torch.log(prob + SMALL), -torch.log(rest + SMALL)
        gradient[rows, columns] = -alpha * rest * rest * (2 * prob * there + rest)
        return (alpha * rest * rest * there - weight[rows] * prob * prob * absent).sum()

    @staticmethod
    def backward(ctx, scale: Tensor) -> tuple[Tensor | None, ...]:
        (gradient,) = ctx.saved_tensors
        return (gradient if scale.item() == 1 else gradient * scale), None, None, None, None


# Cases


def iteration(side: int, size: network.Size) -> Run:
    generator = torch.Generator().manual_seed(1)
    truth = GroundTruth.random(8, side, side, size.classes)
    image = (torch.rand(1, 3, side, side, generator=generator) * 2 - 1).to(memory_format=torch.channels_last)
    weights = {name: leaf(w) for name, w in network.random_weights(size, generator).items()}
    parameters = list(weights.values())
    adam = torch.optim.Adam(parameters, lr=RATE, fused=True)

    def run() -> None:
        adam.zero_grad(set_to_none=True)
        outputs = network.forward(weights, image, size.classes)
        found = match(side, side, truth.boxes)
        total_loss(outputs.cls_logits, outputs.box_deltas, truth, found).backward()
        clip([p.grad for p in parameters])
        adam.step()

    return run


def leaf(weight: Tensor) -> Tensor:
    weight = weight.float()
    if weight.dim() == 4:
        weight = weight.to(memory_format=torch.channels_last)
    return weight.requires_grad_()


def clip(gradients: list[Tensor]) -> None:
    norms = torch.stack(torch._foreach_norm(gradients))
    torch._foreach_mul_(gradients, list((CLIP / norms).clamp_(max=1).unbind()))


def matching(count: int) -> Run:
    truth = GroundTruth.random(count, 1344, 800, 80)
    return partial(match, 1344, 800, truth.boxes)


def losses(count: int) -> Run:
    generator = torch.Generator().manual_seed(1)
    truth = GroundTruth.random(count, 1344, 800, 80)
    found = match(1344, 800, truth.boxes)
    logits = torch.randn(len(found.state), 80, generator=generator).sub_(3).requires_grad_()
    deltas = torch.randn(len(found.state), 4, generator=generator).requires_grad_()

    def run() -> None:
        logits.grad = deltas.grad = None
        total_loss(logits, deltas, truth, found).backward()

    return run


def large(count: int) -> tuple[Tensor, GroundTruth, Tensor, Tensor]:
    """Anchors N,4, objects, and random logits and deltas that ask for gradients."""
    generator = torch.Generator().manual_seed(1)
    truth = GroundTruth.random(count, 1344, 800, 80)
    anchors = anchor_corners(1344, 800).t().contiguous()
    logits = torch.randn(len(anchors), 80, generator=generator).sub_(3).requires_grad_()
    deltas = torch.randn(len(anchors), 4, generator=generator).requires_grad_()
    return anchors, truth, logits, deltas


def retinanet(count: int) -> Run:
    anchors, truth, logits, deltas = large(count)
    return originals.retinanet(anchors, truth.boxes, truth.labels, logits, deltas)


def freeanchor(count: int) -> Run:
    anchors, truth, logits, deltas = large(count)
    return originals.freeanchor(anchors, truth.boxes, truth.labels, logits, deltas)


def fcos(count: int) -> Run:
    generator = torch.Generator().manual_seed(1)
    truth = GroundTruth.random(count, 1344, 800, 80)
    places, bounds = [], []
    for stride, bound in zip(STRIDES, ((-1, 64), (64, 128), (128, 256), (256, 512), (512, 1e8))):
        rows, columns = -(-800 // stride), -(-1344 // stride)
        y, x = torch.meshgrid(torch.arange(rows), torch.arange(columns), indexing="ij")
        places.append((torch.stack([x, y], -1).reshape(-1, 2) + 0.5) * stride)
        bounds.append(torch.tensor([bound]).expand(rows * columns, 2))
    points, ranges = torch.cat(places), torch.cat(bounds).float()
    logits = torch.randn(len(points), 80, generator=generator).sub_(3).requires_grad_()
    distances = torch.rand(len(points), 4, generator=generator).mul_(200).add_(1).requires_grad_()
    centerness = torch.randn(len(points), generator=generator).requires_grad_()
    return originals.fcos(points, ranges, truth.boxes, truth.labels, logits, distances, centerness)


def cases(size: network.Size) -> dict[str, Callable[[], Run]]:
    """Each case's name and what prepares it."""
    counts = (10, 50, 100)
    table: dict[str, Callable[[], Run]] = {f"iteration.{n}": partial(iteration, n, size) for n in (160, 256)}
    table |= {f"match.{n}": partial(matching, n) for n in counts}
    table |= {f"losses.{n}": partial(losses, n) for n in counts}
    table |= {f"retinanet.{n}": partial(retinanet, n) for n in counts}
    table |= {f"freeanchor.{n}": partial(freeanchor, n) for n in counts}
    return table | {f"fcos.{n}": partial(fcos, n) for n in counts}


def median_milliseconds(run: Run, repeats: int, warm_ups: int = 3) -> float:
    times = []
    for index in range(warm_ups + repeats):
        start = time.perf_counter()
        run()
        if index >= warm_ups:
            times.append(time.perf_counter() - start)
    return statistics.median(times) * 1000


def arguments(names: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Times PyTorch on boxstep's benchmark, one thread.")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of lines")
    parser.add_argument("--only", action="append", choices=names, metavar="CASE", help="only this case; may be repeated")
    parser.add_argument("--repeats", type=int, default=15, help="runs the median is taken of")
    parser.add_argument("--width", type=int, default=16)
    parser.add_argument("--blocks", default="1,1,1,1", help="residual blocks of the four stages")
    parser.add_argument("--pyramid-channels", type=int, default=32)
    parser.add_argument("--head-depth", type=int, default=2)
    return parser.parse_args()


def main() -> None:
    options = arguments(list(cases(network.Size())))
    torch.set_num_threads(1)
    blocks = tuple(int(n) for n in options.blocks.split(","))
    size = network.Size(options.width, blocks, options.pyramid_channels, options.head_depth)
    medians = {}
    for name, prepare in cases(size).items():
        if options.only and name not in options.only:
            continue
        medians[name] = round(median_milliseconds(prepare(), options.repeats), 3)
        if not options.json:
            print(f"{name:16}{medians[name]:10.2f} ms", flush=True)
    if options.json:
        print(json.dumps(medians))


if __name__ == "__main__":
    main()
