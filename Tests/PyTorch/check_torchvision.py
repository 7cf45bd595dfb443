#!/usr/bin/env python3
"""Holds boxstep's anchors, matches, losses and gradients against those that torchvision's own RetinaNet and FCOS return for one picture.

    python3 Tests/PyTorch/check_torchvision.py [--boxstep .build/release/boxstep] [--scene mixed]... [--keep DIR]

The model's outputs reach boxstep through the very lines that the README gives for it, taken from there. The models have
random weights: as they are made, and with heads made rough, so that every term is far from 0. Pictures of the gallery,
128×128 and threefold: on sides that are multiples of 128 torchvision's cells are as wide as their strides.

Prints the relative difference of each loss, and the largest of each gradient by the model's outputs in parts of that
gradient's largest entry; exits with 1 above 2e−5, or when an anchor or a match differs. `--keep` leaves scene,
configuration, predictions and what torchvision said in a folder each: two of them are tests of the suite.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from safetensors.numpy import load_file, save_file
from torch import Tensor
from torchvision.models.detection import fcos_resnet50_fpn, retinanet_resnet50_fpn

ROOT = Path(__file__).resolve().parents[2]
# torchvision takes 1 − p_t in 32-bit floats: at p = .01, where heads begin, 6e-6 of it are lost, and twice that of its square.
LIMIT = 2e-5
MODELS = {"retinanet": retinanet_resnet50_fpn, "fcos": fcos_resnet50_fpn}
LOSSES = {"cls": "classification", "box": "bbox_regression", "centerness": "bbox_ctrness"}
OUTPUTS = {"cls_logits": "cls_logits", "box_deltas": "bbox_regression"}
POINT_OUTPUTS = {"cls_logits": "cls_logits", "distances": "bbox_regression", "centerness": "bbox_ctrness"}


def readme_lines() -> dict[str, Any]:
    """What the README's script defines."""
    text = (ROOT / "README.md").read_text()
    blocks = [block for block in re.findall(r"```python\n(.*?)```", text, re.S) if "def save_predictions" in block]
    if len(blocks) != 1:
        sys.exit("README.md has no single script that defines save_predictions")
    names: dict[str, Any] = {}
    exec(compile(blocks[0], "README.md", "exec"), names)
    return names


def boxstep(program: Path, *options: str) -> None:
    run = subprocess.run([program, *options], capture_output=True, text=True)
    if run.returncode != 0:
        sys.exit(f"boxstep {' '.join(options)}: {run.stderr}")


def gallery_scene(program: Path, name: str, factor: int, folder: Path) -> dict[str, Any]:
    """A picture of the gallery and its boxes as files, each `factor` times as large."""
    boxstep(program, "trace", name, "--max-side", "128", "--output", str(folder / "gallery.json"))
    tree = json.loads((folder / "gallery.json").read_text())
    numbers = next(step["values"]["image.pixels"] for step in tree["steps"] if step["id"] == "image")
    pixels = (np.array(numbers["data"]).reshape(numbers["shape"]) + 1) * 127.5
    pixels = pixels.reshape(3, *pixels.shape[-2:]).transpose(1, 2, 0).round().astype(np.uint8)
    Image.fromarray(pixels.repeat(factor, 0).repeat(factor, 1)).save(folder / "picture.png")
    objects = [
        {"class": found["class"], "box": [corner * factor for corner in found["box"]]}
        for found in tree["scene"]["objects"]
        if not found["ignore"]
    ]
    size = {"width": 128 * factor, "height": 128 * factor}
    scene = {"image": size, "classes": tree["scene"]["classes"], "objects": objects}
    (folder / "scene.json").write_text(json.dumps(scene, indent=1))
    return scene


def made_model(kind: str, classes: int, rough: bool, seed: int) -> torch.nn.Module:
    torch.manual_seed(seed)
    # A batch of one picture is what its statistics would be of: the backbone keeps its own, as when it is frozen.
    model = MODELS[kind](weights=None, weights_backbone=None, num_classes=classes)
    if rough:
        with torch.no_grad():
            for name, weight in model.head.named_parameters():
                if name.endswith("weight") and weight.dim() == 4:
                    weight.normal_(std=0.02)
                if name.endswith("bbox_reg.bias"):
                    weight.uniform_(0.5, 3) if kind == "fcos" else weight.uniform_(-0.5, 0.5)
                if name.endswith(("cls_logits.weight", "ctrness.weight")):
                    weight.normal_(std=0.03)
    return model


def torchvision_says(model: torch.nn.Module, scene: dict[str, Any], picture: Path) -> dict[str, Tensor]:
    """The model's losses in training, and their gradients by its head's outputs."""
    pixels = torch.from_numpy(np.array(Image.open(picture))).permute(2, 0, 1).float() / 255
    labels = [scene["classes"].index(found["class"]) for found in scene["objects"]]
    target = {
        "boxes": torch.tensor([found["box"] for found in scene["objects"]], dtype=torch.float32).reshape(-1, 4),
        "labels": torch.tensor(labels, dtype=torch.int64),
    }
    # No resizing: torchvision would otherwise take the picture to 800 pixels.
    model.transform.min_size, model.transform.max_size = (min(pixels.shape[1:]),), max(pixels.shape[1:])
    kept: dict[str, Any] = {}
    compute_loss = model.head.compute_loss

    def listening(targets: Any, outputs: Any, anchors: Any, matches: Any) -> Any:
        for output in outputs.values():
            output.retain_grad()
        kept.update(outputs, anchors=anchors[0], matches=matches[0])
        return compute_loss(targets, outputs, anchors, matches)

    model.head.compute_loss = listening
    model.train()
    model.backbone.eval()
    losses = model([pixels], [target])
    total = sum(losses.values())
    total.backward()
    said = {f"losses.{name}": losses[key].detach() for name, key in LOSSES.items() if key in losses}
    return said | {"losses.total": total.detach()} | decisions(kept) | gradients(kept)


def decisions(kept: dict[str, Tensor]) -> dict[str, Tensor]:
    """What each prior is, and what became of it: torchvision writes −1 for background, −2 for ignored."""
    anchors, matches = kept["anchors"], kept["matches"]
    state = torch.where(matches >= 0, 1, torch.where(matches == -1, 0, -1))
    said = {"match.state": state.to(torch.int8), "match.gt": matches.clamp(min=-1).to(torch.int32)}
    is_point = "bbox_ctrness" in kept
    return said | ({"points.xy": (anchors[:, :2] + anchors[:, 2:]) / 2} if is_point else {"anchors.boxes": anchors})


def gradients(kept: dict[str, Tensor]) -> dict[str, Tensor]:
    said = {}
    for name, key in (POINT_OUTPUTS if "bbox_ctrness" in kept else OUTPUTS).items():
        gradient = kept[key].grad
        said[f"gradients.{name}"] = gradient[0].flatten() if name == "centerness" else gradient[0]
    return said


def differences(trace: dict[str, np.ndarray], said: dict[str, Tensor]) -> dict[str, float]:
    found = {}
    for name, expected in said.items():
        wanted = expected.numpy()
        if name not in trace:
            found[name] = float("inf") if np.any(wanted) else 0.0
            continue
        actual = trace[name].reshape(wanted.shape)
        if np.issubdtype(wanted.dtype, np.integer):
            found[name] = float((actual != wanted).sum())
            continue
        actual, wanted = actual.astype(np.float64), wanted.astype(np.float64)
        found[name] = float(np.abs(actual - wanted).max() / max(np.abs(wanted).max(), 1e-12))
    return found


def check(program: Path, save: Any, kind: str, name: str, factor: int, rough: bool, folder: Path) -> float:
    scene = gallery_scene(program, name, factor, folder)
    model = made_model(kind, len(scene["classes"]), rough, seed=1)
    save(model, folder / "picture.png", folder / "predictions.safetensors")
    said = torchvision_says(model, scene, folder / "picture.png")
    save_file({key: value.contiguous().numpy() for key, value in said.items()}, folder / "expected.safetensors")
    (folder / "detector.json").write_text(json.dumps({"detector": kind, "parameters": {"preset": "torchvision"}}))
    boxstep(
        program, "trace", str(folder / "scene.json"), "--config", str(folder / "detector.json"), "--max-side", "2048",
        "--predictions", str(folder / "predictions.safetensors"), "--output", str(folder / "trace.safetensors"),
    )  # fmt: skip
    trace = load_file(folder / "trace.safetensors")
    found = differences(trace, said)
    positives = int((trace["match.state"] == 1).sum())
    losses = "  ".join(f"{key.removeprefix('losses.')} {said[key].item():.6g}" for key in said if "losses" in key)
    print(f"{kind} {name} {128 * factor} px, {'rough' if rough else 'fresh'} heads: {positives} positives, {losses}")
    print("   " + "  ".join(f"{key} {value:.1e}" for key, value in found.items()))
    return max(found.values())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--boxstep", type=Path, default=ROOT / ".build/release/boxstep")
    parser.add_argument("--scene", action="append")
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args()
    save = readme_lines()["save_predictions"]
    worst = 0.0
    for kind in MODELS:
        for name in options.scene or ["mixed", "crowd", "slender", "empty"]:
            for factor, rough in [(1, True), (3, True), (1, False)]:
                with tempfile.TemporaryDirectory() as scratch:
                    folder = Path(scratch)
                    if options.keep:
                        folder = options.keep / f"{kind}-{name}-{128 * factor}-{'rough' if rough else 'fresh'}"
                        folder.mkdir(parents=True, exist_ok=True)
                    worst = max(worst, check(options.boxstep, save, kind, name, factor, rough, folder))
    print(f"largest difference {worst:.1e}, the limit is {LIMIT:.0e}")
    sys.exit(0 if worst <= LIMIT else 1)


if __name__ == "__main__":
    main()
