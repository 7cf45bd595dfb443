"""The built-in network with each of its backbones, written with PyTorch's functions over a dictionary of weights.

Weights carry the names boxstep gives them in a trace (without the leading `weights.`). Maps are
1,C,H,W here; files hold C,H,W.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Callable, Iterator

import torch
import torch.nn.functional as F
from torch import Tensor

Weights = dict[str, Tensor]

LEVELS = (3, 4, 5, 6, 7)

FAMILIES = ("residual", "plain", "depthwise", "dense")


@dataclass(frozen=True)
class Size:
    """How large a network is. The defaults are those of the benchmark."""

    width: int = 16
    blocks: tuple[int, int, int, int] = (1, 1, 1, 1)
    pyramid_channels: int = 32
    head_depth: int = 2
    classes: int = 3
    anchors: int = 9
    backbone: str = "residual"

    @property
    def growth(self) -> int:
        """Channels that a layer of the dense backbone adds."""
        return self.width // 2


@dataclass(frozen=True)
class Outputs:
    features: dict[str, Tensor]  # C2…C5 and P3…P7, each 1,C,H,W
    cls_logits: Tensor  # N,K
    box_deltas: Tensor  # N,4


# Forward


def forward(weights: Weights, image: Tensor, classes: int) -> Outputs:
    """The whole network on a picture 1,3,H,W that has been scaled to −1…1."""
    features = backbone(weights, image)
    features |= pyramid(weights, features)
    maps = [features[f"P{level}"] for level in LEVELS]
    return Outputs(
        features, head(weights, "heads.cls", maps, classes), head(weights, "heads.box", maps, 4)
    )


def backbone(weights: Weights, image: Tensor) -> dict[str, Tensor]:
    x = F.relu(normalised(weights, "backbone.stem.norm", convolved(weights, "backbone.stem.conv", image, 2)))
    stage_of = _stage_function(weights)
    features = {}
    for stage in range(2, 6):
        x = stage_of(weights, f"backbone.stage{stage}", x)
        features[f"C{stage}"] = x
    return features


def _stage_function(weights: Weights) -> Callable[[Weights, str, Tensor], Tensor]:
    """The family tells itself by its weights' names."""
    if "backbone.stage2.transition.conv.weight" in weights:
        return dense_stage
    if "backbone.stage2.block0.depthwise.weight" in weights:
        return depthwise_stage
    return residual_stage if "backbone.stage2.block0.shortcut.conv.weight" in weights else plain_stage


def residual_stage(weights: Weights, name: str, x: Tensor) -> Tensor:
    for block in range(_count(weights, name + ".block{}.conv1.weight")):
        x = residual(weights, f"{name}.block{block}", x, 2 if block == 0 else 1)
    return x


def plain_stage(weights: Weights, name: str, x: Tensor) -> Tensor:
    x = F.max_pool2d(x, 2, 2, ceil_mode=True)
    for block in range(_count(weights, name + ".block{}.conv1.weight")):
        for i in (1, 2):
            x = convolved(weights, f"{name}.block{block}.conv{i}", x)
            x = F.relu(normalised(weights, f"{name}.block{block}.norm{i}", x))
    return x


def depthwise_stage(weights: Weights, name: str, x: Tensor) -> Tensor:
    for block in range(_count(weights, name + ".block{}.depthwise.weight")):
        path = f"{name}.block{block}"
        kernel = weights[f"{path}.depthwise.weight"]
        x = F.conv2d(x, kernel, None, 2 if block == 0 else 1, kernel.shape[-1] // 2, groups=kernel.shape[0])
        x = F.relu(normalised(weights, f"{path}.norm1", x))
        x = F.relu(normalised(weights, f"{path}.norm2", convolved(weights, f"{path}.pointwise", x)))
    return x


def dense_stage(weights: Weights, name: str, x: Tensor) -> Tensor:
    x = F.avg_pool2d(x, 2, 2, ceil_mode=True)
    for block in range(_count(weights, name + ".block{}.conv1.weight")):
        for i in (1, 2):
            y = F.relu(normalised(weights, f"{name}.block{block}.norm{i}", x))
            x = torch.cat([x, convolved(weights, f"{name}.block{block}.conv{i}", y)], dim=1)
    x = F.relu(normalised(weights, f"{name}.transition.norm", x))
    return convolved(weights, f"{name}.transition.conv", x)


def residual(weights: Weights, name: str, x: Tensor, stride: int) -> Tensor:
    y = F.relu(normalised(weights, f"{name}.norm1", convolved(weights, f"{name}.conv1", x, stride)))
    y = normalised(weights, f"{name}.norm2", convolved(weights, f"{name}.conv2", y))
    if f"{name}.shortcut.conv.weight" in weights:
        x = convolved(weights, f"{name}.shortcut.conv", x, stride)
        x = normalised(weights, f"{name}.shortcut.norm", x)
    return F.relu(y + x)


def pyramid(weights: Weights, features: dict[str, Tensor]) -> dict[str, Tensor]:
    maps = {}
    above: Tensor | None = None
    for level in (5, 4, 3):
        merged = convolved(weights, f"pyramid.lateral{level}", features[f"C{level}"])
        if above is not None:
            merged = merged + F.interpolate(above, size=merged.shape[-2:], mode="nearest")
        maps[f"P{level}"] = convolved(weights, f"pyramid.output{level}", merged)
        above = merged
    maps["P6"] = convolved(weights, "pyramid.p6", features["C5"], 2)
    maps["P7"] = convolved(weights, "pyramid.p7", F.relu(maps["P6"]), 2)
    return maps


def head(weights: Weights, name: str, maps: list[Tensor], per_anchor: int) -> Tensor:
    """One head on every level, as rows in the order level, row, column, anchor."""
    depth = _count(weights, f"{name}.conv{{}}.weight")
    rows = []
    for x in maps:
        for i in range(depth):
            x = F.relu(convolved(weights, f"{name}.conv{i}", x))
        x = convolved(weights, f"{name}.output", x)
        rows.append(x[0].permute(1, 2, 0).reshape(-1, per_anchor))
    return torch.cat(rows)


def convolved(weights: Weights, name: str, x: Tensor, stride: int = 1) -> Tensor:
    kernel = weights[f"{name}.weight"]
    return F.conv2d(x, kernel, weights.get(f"{name}.bias"), stride, kernel.shape[-1] // 2)


def normalised(weights: Weights, name: str, x: Tensor) -> Tensor:
    scale = weights[f"{name}.weight"]
    return F.group_norm(x, groups_of(scale.numel()), scale, weights[f"{name}.bias"], eps=1e-5)


def groups_of(channels: int) -> int:
    """Eight channels to a group where that divides, else one group."""
    return channels // 8 if channels % 8 == 0 else 1


def _count(weights: Weights, pattern: str) -> int:
    count = 0
    while pattern.format(count) in weights:
        count += 1
    return count


# Weights


def shapes(size: Size) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Every weight's name and shape, from the picture to the predictions."""
    yield "backbone.stem.conv.weight", (size.width, 3, 3, 3)
    yield from _norm("backbone.stem.norm", size.width)
    inputs = size.width
    for index, blocks in enumerate(size.blocks):
        outputs = size.width << index
        yield from _stage(size, f"backbone.stage{index + 2}", inputs, outputs, blocks)
        inputs = outputs
    across = size.pyramid_channels
    for level in (3, 4, 5):
        yield from _convolution(f"pyramid.lateral{level}", size.width << (level - 2), across, 1)
        yield from _convolution(f"pyramid.output{level}", across, across, 3)
    yield from _convolution("pyramid.p6", inputs, across, 3)
    yield from _convolution("pyramid.p7", across, across, 3)
    for name, per_anchor in (("heads.cls", size.classes), ("heads.box", 4)):
        for i in range(size.head_depth):
            yield from _convolution(f"{name}.conv{i}", across, across, 3)
        yield from _convolution(f"{name}.output", across, size.anchors * per_anchor, 3)


def random_weights(size: Size, generator: torch.Generator, spread: float = 0.1) -> Weights:
    """He-normal kernels; norms around 1 and biases around 0, both `spread` wide. Float64."""
    weights = {}
    for name, shape in shapes(size):
        noise = torch.randn(shape, generator=generator, dtype=torch.float64)
        if len(shape) == 4:
            weights[name] = noise * (2 / (shape[1] * shape[2] * shape[3])) ** 0.5
        elif name.endswith(".weight"):
            weights[name] = 1 + spread * noise
        else:
            weights[name] = spread * noise
    return weights


def _convolution(name: str, inputs: int, outputs: int, kernel: int) -> Iterator[tuple[str, tuple[int, ...]]]:
    yield f"{name}.weight", (outputs, inputs, kernel, kernel)
    yield f"{name}.bias", (outputs,)


def _norm(name: str, channels: int) -> Iterator[tuple[str, tuple[int, ...]]]:
    yield f"{name}.weight", (channels,)
    yield f"{name}.bias", (channels,)


def _stage(
    size: Size, name: str, inputs: int, outputs: int, blocks: int
) -> Iterator[tuple[str, tuple[int, ...]]]:
    for block in range(blocks):
        path = f"{name}.block{block}"
        if size.backbone == "residual":
            yield from _block(path, inputs, outputs, block == 0)
            inputs = outputs
        elif size.backbone == "plain":
            for i in (1, 2):
                yield f"{path}.conv{i}.weight", (outputs, inputs, 3, 3)
                yield from _norm(f"{path}.norm{i}", outputs)
                inputs = outputs
        elif size.backbone == "depthwise":
            yield f"{path}.depthwise.weight", (inputs, 1, 3, 3)
            yield from _norm(f"{path}.norm1", inputs)
            yield f"{path}.pointwise.weight", (outputs, inputs, 1, 1)
            yield from _norm(f"{path}.norm2", outputs)
            inputs = outputs
        else:
            for i in (1, 2):
                yield from _norm(f"{path}.norm{i}", inputs)
                yield f"{path}.conv{i}.weight", (size.growth, inputs, 3, 3)
                inputs += size.growth
    if size.backbone == "dense":
        yield from _norm(f"{name}.transition.norm", inputs)
        yield f"{name}.transition.conv.weight", (outputs, inputs, 1, 1)


def _block(name: str, inputs: int, outputs: int, strided: bool) -> Iterator[tuple[str, tuple[int, ...]]]:
    yield f"{name}.conv1.weight", (outputs, inputs, 3, 3)
    yield from _norm(f"{name}.norm1", outputs)
    yield f"{name}.conv2.weight", (outputs, outputs, 3, 3)
    yield from _norm(f"{name}.norm2", outputs)
    if strided or inputs != outputs:
        yield f"{name}.shortcut.conv.weight", (outputs, inputs, 1, 1)
        yield from _norm(f"{name}.shortcut.norm", outputs)
