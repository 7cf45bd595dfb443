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
    """N,G."""
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
