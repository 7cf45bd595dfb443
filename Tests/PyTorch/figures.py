#!/usr/bin/env python3
"""Makes the figures that the Swift tests of tensors and of the network compare against.

    pip install -r Tests/PyTorch/requirements.txt
    python3 Tests/PyTorch/figures.py

writes
    Tests/TensorsTests/Figures/operations.safetensors
    Tests/DetectorsTests/Figures/network.safetensors
    Tests/DetectorsTests/Figures/backbones.safetensors

Everything is drawn from fixed seeds, rounded to float32, computed in float64 and stored as float32.
Maps are C,H,W. Gradients are those of Σ output · output_gradient.

operations.safetensors holds groups named `operation.case.field`:
    conv.*       settings (kernel, stride, padding), input, weight, bias (unless `nobias`), output,
                 output_gradient, input_gradient, weight_gradient, bias_gradient
    group_norm.* settings (groups), the same fields; ε 1e−5
    depthwise.*  the same fields without bias; every channel has weights of its own
    max_pool.*   input, output, output_gradient, input_gradient; 2×2 windows, also part of one at an odd edge
    average_pool.*, concatenate.*   likewise; concatenate has inputs first, second, third
    relu.*       input, output, output_gradient, input_gradient; the input has exact zeros
    upsample.*   the same; the size asked for is the output's
    sgd.*        settings (learning rate, momentum, weight decay), weight, gradients 5,n and the
                 weights 5,n after each step
    adam.*       settings (learning rate, weight decay), likewise; β .9 and .999, ε 1e−8; the decay
                 is added to the gradient

network.safetensors has the names of a trace: weights.*, image.pixels, features.C2…P7, predictions.*,
gradients.cls_logits and gradients.box_deltas (the random numbers the loss weighs the predictions
with), losses.total = Σ cls_logits·g + Σ box_deltas·g, and gradients.weights.*.

backbones.safetensors holds for each family FAMILY.image.pixels, FAMILY.weights.*, FAMILY.features.C2…C5,
FAMILY.gradients.features.C2…C5 (random) and FAMILY.gradients.weights.*.
"""

from __future__ import annotations

from pathlib import Path
from typing import Callable

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.numpy import save_file
from torch import Tensor

import network

TESTS = Path(__file__).resolve().parent.parent
Figures = dict[str, Tensor]

# name: kernel, stride, padding, input channels, output channels, height, width, bias
CONVOLUTIONS = {
    "1x1s1p0": (1, 1, 0, 3, 5, 4, 6, True),
    "1x1s2p0-nobias": (1, 2, 0, 4, 6, 7, 5, False),
    "1x1s1p0-one": (1, 1, 0, 5, 3, 1, 1, True),
    "3x3s1p1": (3, 1, 1, 3, 4, 5, 7, True),
    "3x3s1p1-nobias": (3, 1, 1, 2, 9, 6, 4, False),
    "3x3s1p1-one": (3, 1, 1, 4, 3, 1, 1, True),
    "3x3s1p1-row": (3, 1, 1, 2, 3, 1, 9, True),
    "3x3s1p0": (3, 1, 0, 3, 2, 5, 6, True),
    "3x3s2p1": (3, 2, 1, 3, 4, 8, 6, True),
    "3x3s2p1-odd": (3, 2, 1, 3, 5, 9, 7, True),
    "3x3s2p1-nobias": (3, 2, 1, 5, 3, 5, 8, False),
    "3x3s2p1-one": (3, 2, 1, 3, 4, 1, 1, True),
    "3x3s2p0": (3, 2, 0, 2, 3, 7, 8, True),
    "3x3s1p3": (3, 1, 3, 2, 2, 3, 4, True),
    "3x3s2p1-wide": (3, 2, 1, 17, 19, 13, 11, True),
    "7x7s1p3": (7, 1, 3, 2, 3, 9, 8, True),
    "7x7s2p3": (7, 2, 3, 3, 4, 13, 11, True),
    "7x7s2p3-one": (7, 2, 3, 3, 2, 1, 1, True),
    "7x7s1p1-nobias": (7, 1, 1, 2, 2, 8, 7, False),
}

# name: groups, channels, height, width
GROUP_NORMS = {
    "groups1": (1, 6, 5, 7),
    "groups2": (2, 8, 4, 3),
    "groups4": (4, 8, 5, 5),
    "groups2-one": (2, 16, 1, 1),
}

# name: channels, height and width before, height and width after
UPSAMPLINGS = {
    "double": (3, 3, 4, 6, 8),
    "double-less-one": (3, 3, 4, 5, 7),
    "mixed": (2, 4, 3, 8, 5),
    "from-one": (2, 1, 1, 2, 3),
    "arbitrary": (2, 4, 5, 9, 13),
    "smaller": (2, 7, 6, 3, 5),
    "same": (1, 3, 2, 3, 2),
}

# name: kernel, stride, padding, channels, height, width
DEPTHWISE = {
    "3x3s1p1": (3, 1, 1, 5, 6, 19),
    "3x3s2p1": (3, 2, 1, 4, 8, 6),
    "3x3s2p1-odd": (3, 2, 1, 3, 9, 21),
    "3x3s1p1-one": (3, 1, 1, 3, 1, 1),
    "3x3s2p1-one": (3, 2, 1, 3, 1, 1),
    "5x5s2p2": (5, 2, 2, 2, 7, 8),
    "3x3s1p0": (3, 1, 0, 2, 4, 5),
}

# name: channels, height, width
POOLINGS = {"even": (3, 6, 8), "odd": (3, 7, 5), "row": (2, 1, 6), "one": (4, 1, 1)}

# name: channels of each map, height, width
CONCATENATIONS = {"two": ((2, 3), 4, 5), "three": ((1, 4, 2), 3, 2)}


class Source:
    """Normal numbers from one seed, rounded to what float32 can hold."""

    def __init__(self, seed: int) -> None:
        self.generator = torch.Generator().manual_seed(seed)

    def __call__(self, *shape: int, scale: float = 1) -> Tensor:
        noise = torch.randn(shape, generator=self.generator, dtype=torch.float64)
        return rounded(noise * scale)


def rounded(x: Tensor) -> Tensor:
    return x.float().double()


# Operations


def both_ways(output: Tensor, inputs: dict[str, Tensor], source: Source) -> Figures:
    """The inputs, the output, and every input's gradient for a random gradient of the output."""
    output_gradient = source(*output.shape)
    gradients = torch.autograd.grad(output, list(inputs.values()), output_gradient)
    figures = {**inputs, "output": output, "output_gradient": output_gradient}
    return figures | {f"{name}_gradient": g for name, g in zip(inputs, gradients)}


def leaves(**tensors: Tensor | None) -> dict[str, Tensor]:
    return {name: t.requires_grad_() for name, t in tensors.items() if t is not None}


def convolution(case: tuple[int, int, int, int, int, int, int, bool], source: Source) -> Figures:
    kernel, stride, padding, inputs, outputs, height, width, has_bias = case
    given = leaves(
        input=source(inputs, height, width),
        weight=source(outputs, inputs, kernel, kernel, scale=(inputs * kernel * kernel) ** -0.5),
        bias=source(outputs) if has_bias else None,
    )
    output = F.conv2d(given["input"], given["weight"], given.get("bias"), stride, padding)
    settings = torch.tensor([kernel, stride, padding], dtype=torch.int32)
    return {"settings": settings} | both_ways(output, given, source)


def group_norm(case: tuple[int, int, int, int], source: Source) -> Figures:
    groups, channels, height, width = case
    given = leaves(
        input=rounded(2 * source(channels, height, width) + 0.5),
        weight=rounded(1 + 0.3 * source(channels)),
        bias=source(channels),
    )
    output = F.group_norm(given["input"][None], groups, given["weight"], given["bias"], eps=1e-5)[0]
    return {"settings": torch.tensor([groups], dtype=torch.int32)} | both_ways(output, given, source)


def depthwise(case: tuple[int, int, int, int, int, int], source: Source) -> Figures:
    kernel, stride, padding, channels, height, width = case
    given = leaves(
        input=source(channels, height, width), weight=source(channels, 1, kernel, kernel, scale=1 / kernel)
    )
    output = F.conv2d(given["input"], given["weight"], None, stride, padding, groups=channels)
    settings = torch.tensor([kernel, stride, padding], dtype=torch.int32)
    return {"settings": settings} | both_ways(output, given, source)


def pooling(case: tuple[int, int, int], pool: Callable[..., Tensor], source: Source) -> Figures:
    """Whole numbers, so that windows have several largest."""
    given = leaves(input=source(*case).mul(2).round())
    return both_ways(pool(given["input"], 2, 2, ceil_mode=True), given, source)


def concatenation(case: tuple[tuple[int, ...], int, int], source: Source) -> Figures:
    channels, height, width = case
    maps = [source(count, height, width) for count in channels]
    given = leaves(**dict(zip(("first", "second", "third"), maps)))
    return both_ways(torch.cat(list(given.values())), given, source)


def relu(source: Source) -> Figures:
    x = source(3, 5, 7)
    x[0, 0, :3] = 0
    given = leaves(input=x)
    return both_ways(F.relu(given["input"]), given, source)


def upsampling(case: tuple[int, int, int, int, int], source: Source) -> Figures:
    channels, height, width, new_height, new_width = case
    given = leaves(input=source(channels, height, width))
    output = F.interpolate(given["input"][None], size=(new_height, new_width), mode="nearest")[0]
    return both_ways(output, given, source)


def optimiser(settings: tuple[float, ...], source: Source, steps: int = 5, n: int = 11) -> Figures:
    """Five steps on gradients that don't depend on the weights. Three settings: SGD; two: Adam."""
    weight, gradients = source(n), source(steps, n)
    gradients[:, 0] = 0
    parameter = weight.clone().requires_grad_()
    if len(settings) == 3:
        rate, momentum, decay = settings
        stepper = torch.optim.SGD([parameter], lr=rate, momentum=momentum, weight_decay=decay)
    else:
        rate, decay = settings
        stepper = torch.optim.Adam([parameter], lr=rate, weight_decay=decay)
    weights = []
    for gradient in gradients:
        parameter.grad = gradient.clone()
        stepper.step()
        weights.append(parameter.detach().clone())
    return {
        "settings": torch.tensor(settings, dtype=torch.float64),
        "weight": weight,
        "gradients": gradients,
        "weights": torch.stack(weights),
    }


def operations() -> Figures:
    source = Source(1)
    groups = {f"conv.{name}": convolution(case, source) for name, case in CONVOLUTIONS.items()}
    groups |= {f"group_norm.{name}": group_norm(case, source) for name, case in GROUP_NORMS.items()}
    groups["relu.plain"] = relu(source)
    groups |= {f"upsample.{name}": upsampling(case, source) for name, case in UPSAMPLINGS.items()}
    # Rates and decays are powers of two or sums of few, so that float32 holds them exactly.
    groups["sgd.plain"] = optimiser((0.125, 0.0, 0.0), source)
    groups["sgd.momentum"] = optimiser((0.0625, 0.875, 0.0), source)
    groups["sgd.momentum-decay"] = optimiser((0.0625, 0.875, 0.03125), source)
    groups["adam.plain"] = optimiser((0.0078125, 0.0), source)
    groups["adam.decay"] = optimiser((0.0078125, 0.0625), source)
    source = Source(3)
    groups |= {f"depthwise.{name}": depthwise(case, source) for name, case in DEPTHWISE.items()}
    groups |= {f"max_pool.{name}": pooling(case, F.max_pool2d, source) for name, case in POOLINGS.items()}
    groups |= {f"average_pool.{name}": pooling(case, F.avg_pool2d, source) for name, case in POOLINGS.items()}
    groups |= {f"concatenate.{name}": concatenation(case, source) for name, case in CONCATENATIONS.items()}
    return {f"{group}.{field}": t for group, fields in groups.items() for field, t in fields.items()}


# The network


def network_figures() -> Figures:
    source = Source(2)
    size = network.Size(width=8, blocks=(1, 1, 1, 1), pyramid_channels=16, head_depth=2, classes=3)
    weights = {
        name: rounded(weight).requires_grad_()
        for name, weight in network.random_weights(size, source.generator).items()
    }
    pixels = torch.randint(0, 256, (3, 64, 64), generator=source.generator)
    image = rounded(pixels.double() / 127.5 - 1)
    outputs = network.forward(weights, image[None], size.classes)
    cls_gradient = source(*outputs.cls_logits.shape)
    box_gradient = source(*outputs.box_deltas.shape)
    loss = (outputs.cls_logits * cls_gradient).sum() + (outputs.box_deltas * box_gradient).sum()
    gradients = torch.autograd.grad(loss, list(weights.values()))

    figures = {f"weights.{name}": weight for name, weight in weights.items()}
    figures["image.pixels"] = image
    figures |= {f"features.{name}": x[0] for name, x in outputs.features.items()}
    figures["predictions.cls_logits"] = outputs.cls_logits
    figures["predictions.box_deltas"] = outputs.box_deltas
    figures["losses.total"] = loss
    figures["gradients.cls_logits"] = cls_gradient
    figures["gradients.box_deltas"] = box_gradient
    return figures | {f"gradients.weights.{name}": g for name, g in zip(weights, gradients)}


def backbone_figures(family: str, source: Source) -> Figures:
    """A small picture of odd sides, so that every level has an edge."""
    size = network.Size(width=4, blocks=(1, 2, 1, 1), backbone=family)
    weights = {
        name: rounded(weight).requires_grad_()
        for name, weight in network.random_weights(size, source.generator).items()
        if name.startswith("backbone.")
    }
    image = rounded(source(3, 37, 54))
    features = network.backbone(weights, image[None])
    slopes = {name: source(*x[0].shape) for name, x in features.items()}
    loss = sum((x[0] * slopes[name]).sum() for name, x in features.items())
    gradients = torch.autograd.grad(loss, list(weights.values()))
    figures = {"image.pixels": image}
    figures |= {f"weights.{name}": weight for name, weight in weights.items()}
    figures |= {f"features.{name}": x[0] for name, x in features.items()}
    figures |= {f"gradients.features.{name}": slope for name, slope in slopes.items()}
    figures |= {f"gradients.weights.{name}": g for name, g in zip(weights, gradients)}
    return {f"{family}.{name}": tensor for name, tensor in figures.items()}


# Files


def as_stored(figures: Figures) -> dict[str, np.ndarray]:
    """Float32, but for whole numbers."""
    stored = {}
    for name, tensor in figures.items():
        tensor = tensor.detach()
        tensor = tensor.float() if tensor.is_floating_point() else tensor
        stored[name] = tensor.contiguous().numpy()
    return stored


def write(path: Path, figures: Figures) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file(as_stored(figures), path, metadata={"source": f"PyTorch {torch.__version__.split('+')[0]}, float64"})
    print(f"{path.relative_to(TESTS.parent)}: {len(figures)} tensors, {path.stat().st_size:,} bytes")


def main() -> None:
    write(TESTS / "TensorsTests/Figures/operations.safetensors", operations())
    write(TESTS / "DetectorsTests/Figures/network.safetensors", network_figures())
    source = Source(4)
    backbones = [backbone_figures(family, source) for family in network.FAMILIES]
    write(TESTS / "DetectorsTests/Figures/backbones.safetensors", {k: t for b in backbones for k, t in b.items()})


if __name__ == "__main__":
    main()
