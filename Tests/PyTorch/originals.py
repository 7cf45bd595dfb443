"""Targets and losses in the formulation of the original implementations, for the benchmark: whole tables of every
anchor with every GT and every class, and autograd. Float32; on 800×1344 with 80 classes."""

from __future__ import annotations

from typing import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

ALPHA, GAMMA, SIGMA, BOX_STD, SMALL = 0.25, 2.0, 3.0, 0.2, 1e-7
POSITIVE, NEGATIVE = 0.5, 0.4


def pairwise_iou(anchors: Tensor, boxes: Tensor) -> Tensor:
    """N,G of two lists of boxes."""
    least = torch.minimum(anchors[:, None, 2:], boxes[None, :, 2:])
    most = torch.maximum(anchors[:, None, :2], boxes[None, :, :2])
    inter = (least - most).clamp(min=0).prod(-1)
    area = (anchors[:, 2:] - anchors[:, :2]).prod(-1)
    return inter / (area[:, None] + (boxes[:, 2:] - boxes[:, :2]).prod(-1)[None] - inter)


def retinanet(anchors: Tensor, boxes: Tensor, labels: Tensor, logits: Tensor, deltas: Tensor) -> Callable[[], None]:
    """keras-retinanet: IoU, states, regression and one-hot targets of every anchor; focal loss and smooth L1."""

    def run() -> None:
        logits.grad = deltas.grad = None
        iou, gt = pairwise_iou(anchors, boxes).max(1)
        positive = iou >= POSITIVE
        counted = positive | (iou <= NEGATIVE)
        sides = anchors[:, 2:] - anchors[:, :2]
        targets = (boxes[gt] - anchors) / sides.repeat(1, 2) / BOX_STD
        onehot = torch.zeros_like(logits)
        onehot[positive, labels[gt[positive]]] = 1
        normalizer = positive.sum().clamp(min=1)
        cls = focal(logits[counted], onehot[counted]) / normalizer
        box = F.smooth_l1_loss(deltas[positive], targets[positive], reduction="sum", beta=1 / SIGMA**2) / normalizer
        (cls + box).backward()

    return run


def focal(logits: Tensor, onehot: Tensor) -> Tensor:
    prob = torch.sigmoid(logits)
    alpha = torch.where(onehot == 1, ALPHA, 1 - ALPHA)
    weight = alpha * torch.where(onehot == 1, 1 - prob, prob) ** GAMMA
    clipped = prob.clamp(SMALL, 1 - SMALL)
    entropy = -(onehot * torch.log(clipped + SMALL) + (1 - onehot) * torch.log(1 - clipped + SMALL))
    return (weight * entropy).sum()


# FreeAnchor, as mmdetection has it

BAG, THRESHOLD, LEAST = 50, 0.6, 1e-12
CENTER_STDS = (0.1, 0.1, 0.2, 0.2)
LARGEST_LOG_SCALE = 4.135166556742356
BALANCE, BOX_WEIGHT, BETA = 0.5, 0.75, 0.11


def freeanchor(anchors: Tensor, boxes: Tensor, labels: Tensor, logits: Tensor, deltas: Tensor) -> Callable[[], None]:
    """Overlaps of all decoded boxes with all GT, a dense table of image box probabilities, bags by top-k, mean-max."""

    def run() -> None:
        logits.grad = deltas.grad = None
        prob = torch.sigmoid(logits)
        with torch.no_grad():
            image = image_box_prob(decode(anchors, deltas), boxes, labels, logits.shape[1])
            bags = pairwise_iou(boxes, anchors).topk(BAG, dim=1, sorted=False).indices
        positive = positive_bag_loss(anchors, boxes, labels, prob, deltas, bags)
        share = (prob * (1 - image)).clamp(LEAST, 1 - LEAST)
        entropy = F.binary_cross_entropy(share, torch.zeros_like(share), reduction="none")
        negative = (1 - BALANCE) * share**GAMMA * entropy
        (positive.sum() / max(1, len(boxes)) + negative.sum() / max(1, len(boxes) * BAG)).backward()

    return run


def decode(anchors: Tensor, deltas: Tensor) -> Tensor:
    sides = anchors[:, 2:] - anchors[:, :2]
    moved = deltas * deltas.new_tensor(CENTER_STDS)
    centers = anchors[:, :2] + 0.5 * sides + moved[:, :2] * sides
    half = 0.5 * sides * moved[:, 2:].clamp(-LARGEST_LOG_SCALE, LARGEST_LOG_SCALE).exp()
    return torch.cat([centers - half, centers + half], 1)


def image_box_prob(guesses: Tensor, boxes: Tensor, labels: Tensor, classes: int) -> Tensor:
    """N,K: for each class the largest saturated overlap with its GT. The places that are not 0 are found by class
    sums, and each is then the largest over all GT."""
    iou = pairwise_iou(boxes, guesses)
    upper = iou.max(1, keepdim=True).values.clamp(min=THRESHOLD + LEAST)
    prob = ((iou - THRESHOLD) / (upper - THRESHOLD)).clamp(0, 1)
    table = prob.new_zeros(len(guesses), classes)
    label, anchor = torch.nonzero(prob.new_zeros(classes, len(guesses)).index_add_(0, labels, prob), as_tuple=True)
    if len(label):
        own = torch.where(labels[:, None] == label[None], prob[:, anchor], prob.new_zeros(()))
        table[anchor, label] = own.max(0).values
    return table


def positive_bag_loss(
    anchors: Tensor, boxes: Tensor, labels: Tensor, prob: Tensor, deltas: Tensor, bags: Tensor
) -> Tensor:
    """One number for each GT; `bags` is G,n."""
    cls_prob = prob[bags].gather(2, labels[:, None, None].expand(-1, bags.shape[1], 1)).squeeze(2)
    sides = anchors[bags][..., 2:] - anchors[bags][..., :2]
    centers = anchors[bags][..., :2] + 0.5 * sides
    gt_sides = (boxes[:, 2:] - boxes[:, :2])[:, None]
    shift = (boxes[:, None, :2] + 0.5 * gt_sides - centers) / sides
    targets = torch.cat([shift, torch.log(gt_sides / sides)], -1) / deltas.new_tensor(CENTER_STDS)
    misfit = BOX_WEIGHT * F.smooth_l1_loss(deltas[bags], targets, reduction="none", beta=BETA).sum(-1)
    likelihood = cls_prob * torch.exp(-misfit)
    weight = 1 / (1 - likelihood).clamp(min=LEAST)
    bag_prob = (weight / weight.sum(1, keepdim=True) * likelihood).sum(1)
    return BALANCE * F.binary_cross_entropy(bag_prob, torch.ones_like(bag_prob), reduction="none")


# FCOS, as mmdetection has it


def fcos(
    points: Tensor, ranges: Tensor, boxes: Tensor, labels: Tensor, logits: Tensor, distances: Tensor, centerness: Tensor
) -> Callable[[], None]:
    """mmdetection: four distances of every point to every GT, the smallest GT that passes; focal loss from logits,
    IoU loss weighted by centerness, and centerness. `distances` are activated, in pixels."""

    def run() -> None:
        logits.grad = distances.grad = centerness.grad = None
        low, high = points[:, None] - boxes[None, :, :2], boxes[None, :, 2:] - points[:, None]
        sides = torch.cat([low, high], -1)  # P,G,4: l t r b
        most = sides.max(-1).values
        passes = (sides.min(-1).values > 0) & (most >= ranges[:, :1]) & (most <= ranges[:, 1:])
        area = (boxes[:, 2:] - boxes[:, :2]).prod(-1)
        least, gt = torch.where(passes, area[None], torch.inf).min(1)
        targets = sides[torch.arange(len(points)), gt]
        onehot = torch.zeros_like(logits)
        positive = (least < torch.inf).nonzero()[:, 0]
        onehot[positive, labels[gt[positive]]] = 1
        normalizer = max(1, len(positive))
        cls = focal_from_logits(logits, onehot) / normalizer
        wanted = targets[positive]
        across, down = wanted[:, [0, 2]], wanted[:, [1, 3]]
        middle = across.min(-1).values / across.max(-1).values * (down.min(-1).values / down.max(-1).values)
        weight = torch.sqrt(middle)
        at = points[positive]
        iou = aligned_iou(span(at, distances[positive]), span(at, wanted))
        box = (-torch.log(iou.clamp(min=1e-6)) * weight).sum() / weight.sum().clamp(min=1e-6)
        guess = F.binary_cross_entropy_with_logits(centerness[positive], weight, reduction="sum") / normalizer
        (cls + box + guess).backward()

    return run


def focal_from_logits(logits: Tensor, onehot: Tensor) -> Tensor:
    prob = torch.sigmoid(logits)
    wrong = (1 - prob) * onehot + prob * (1 - onehot)
    weight = (ALPHA * onehot + (1 - ALPHA) * (1 - onehot)) * wrong**GAMMA
    return (F.binary_cross_entropy_with_logits(logits, onehot, reduction="none") * weight).sum()


def span(points: Tensor, distances: Tensor) -> Tensor:
    return torch.cat([points - distances[:, :2], points + distances[:, 2:]], -1)


def aligned_iou(one: Tensor, other: Tensor) -> Tensor:
    sides = (torch.minimum(one[:, 2:], other[:, 2:]) - torch.maximum(one[:, :2], other[:, :2])).clamp(min=0)
    inter = sides.prod(-1)
    union = (one[:, 2:] - one[:, :2]).prod(-1) + (other[:, 2:] - other[:, :2]).prod(-1) - inter
    return inter / union.clamp(min=1e-6)
