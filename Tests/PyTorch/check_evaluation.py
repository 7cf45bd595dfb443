#!/usr/bin/env python3
"""Holds boxstep's evaluation of detections against pycocotools.

    python3 Tests/PyTorch/check_evaluation.py BOXSTEP [--cases 300]
        runs `boxstep trace` on random scenes with made-up predictions of a RetinaNet, and hands the
        detections it left to pycocotools. Compared are, at IoU .5, which detection found which
        object and which are ignored, and the average precisions, by class and over all.
        Exits with 1 when anything differs.
    python3 Tests/PyTorch/check_evaluation.py --write
        writes Tests/DetectorsTests/Figures/evaluation.json: random detections and objects, and what
        pycocotools makes of them, for the Swift tests.

An object to ignore is a crowd to pycocotools. Coordinates of the written cases are quarters of a
pixel, so that an IoU of exactly .5 is one to both. Needs numpy, safetensors and pycocotools.
"""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import io
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.random import Generator
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval
from safetensors.numpy import load_file, save_file

FIGURES = Path(__file__).resolve().parent.parent / "DetectorsTests/Figures/evaluation.json"
SIDE = 64
# What a detection is matched with, where that is no object.
NOTHING, IGNORED, UNCOUNTED = -1, -2, -3


@dataclasses.dataclass(frozen=True)
class Boxes:
    """Corners M,4 and labels M; scores of detections; of objects, whether to ignore them."""

    corners: np.ndarray
    labels: np.ndarray
    scores: np.ndarray | None = None
    ignored: np.ndarray | None = None


@dataclasses.dataclass(frozen=True)
class Verdict:
    """Of each detection its object, or one of the codes above; of each object its detection, or −1."""

    match: list[int]
    found: list[int]
    # −1 for a class without objects.
    ap50: list[float]
    ap: list[float]
    mean_ap50: float
    mean_ap: float


# pycocotools


def annotations(boxes: Boxes) -> list[dict[str, Any]]:
    rows = []
    for index, (x1, y1, x2, y2) in enumerate(boxes.corners.astype(float).tolist()):
        width, height = x2 - x1, y2 - y1
        row = {"id": index + 1, "image_id": 1, "category_id": int(boxes.labels[index]) + 1}
        row |= {"bbox": [x1, y1, width, height], "area": width * height, "iscrowd": 0}
        if boxes.scores is not None:
            row["score"] = float(boxes.scores[index])
        if boxes.ignored is not None:
            row["iscrowd"] = int(boxes.ignored[index])
        rows.append(row)
    return rows


def dataset(boxes: Boxes, classes: int) -> COCO:
    coco = COCO()
    coco.dataset = {
        "info": {},
        "images": [{"id": 1, "width": SIDE, "height": SIDE}],
        "categories": [{"id": k + 1, "name": f"c{k}"} for k in range(classes)],
        "annotations": annotations(boxes),
    }
    coco.createIndex()
    return coco


def mean(values: np.ndarray) -> float:
    known = values[values > -1]
    return float(known.mean()) if known.size else -1.0


def judged(detections: Boxes, objects: Boxes, classes: int) -> Verdict:
    """What pycocotools says of detections on one picture."""
    with contextlib.redirect_stdout(io.StringIO()):
        run = COCOeval(dataset(objects, classes), dataset(detections, classes), "bbox")
        run.params.imgIds, run.params.catIds = [1], [k + 1 for k in range(classes)]
        run.evaluate()
        run.accumulate()
    match = [UNCOUNTED] * len(detections.labels)
    found = [NOTHING] * len(objects.labels)
    areas = len(run.params.areaRng)
    # One entry for each class and range of areas; the first range holds all.
    for entry in run.evalImgs[::areas]:
        if entry is None:
            continue
        for place, identity in enumerate(entry["dtIds"]):
            gt = int(entry["dtMatches"][0, place]) - 1
            is_ignored = bool(entry["dtIgnore"][0, place])
            match[identity - 1] = IGNORED if is_ignored else gt if gt >= 0 else NOTHING
        for place, identity in enumerate(entry["gtIds"]):
            if not entry["gtIgnore"][place]:
                found[identity - 1] = int(entry["gtMatches"][0, place]) - 1
    # Thresholds, recalls, classes, areas, numbers of detections.
    precision = run.eval["precision"][:, :, :, 0, -1]
    return Verdict(
        match=match,
        found=found,
        ap50=[mean(precision[0, :, k]) for k in range(classes)],
        ap=[mean(precision[:, :, k]) for k in range(classes)],
        mean_ap50=mean(precision[0]),
        mean_ap=mean(precision),
    )


# Random cases


def quarters(values: np.ndarray) -> np.ndarray:
    return np.round(values * 4) / 4


def random_boxes(draws: Generator, count: int) -> np.ndarray:
    size = draws.uniform(6, 30, (count, 2))
    start = draws.uniform(0, 1, (count, 2)) * (SIDE - size)
    return quarters(np.concatenate([start, start + size], axis=1))


def near(draws: Generator, corners: np.ndarray, count: int, shake: float) -> np.ndarray:
    """Boxes shaken off some of the given ones, and a few from anywhere."""
    chosen = corners[draws.integers(0, len(corners), count)] if len(corners) else random_boxes(draws, count)
    shaken = chosen + draws.uniform(-shake, shake, (count, 4))
    strays = draws.uniform(size=count) < 0.25
    shaken[strays] = random_boxes(draws, int(strays.sum()))
    low = np.clip(shaken[:, :2], 0, SIDE - 2)
    return quarters(np.concatenate([low, np.clip(shaken[:, 2:], low + 1, SIDE)], axis=1))


def random_objects(draws: Generator, classes: int, crowded: bool) -> Boxes:
    count = int(draws.integers(0, 10))
    corners = random_boxes(draws, count)
    if crowded and count > 3:
        corners[1:3] = corners[0]
    ignored = (draws.uniform(size=count) < 0.2).astype(int)
    return Boxes(corners, draws.integers(0, classes, count), ignored=ignored)


def random_case(draws: Generator, detections: int) -> tuple[Boxes, Boxes, int]:
    classes = int(draws.integers(1, 4))
    objects = random_objects(draws, classes, crowded=draws.uniform() < 0.3)
    corners = near(draws, objects.corners, detections, shake=draws.uniform(0.5, 6))
    # Few different scores, so that equal ones occur.
    scores = draws.integers(1, 40, detections) / 40
    return Boxes(corners, draws.integers(0, classes, detections), scores=scores), objects, classes


def write() -> None:
    draws = np.random.default_rng(2014)
    counts = [0, 1, 2, *draws.integers(3, 25, 44).tolist(), 130, 210]
    cases = []
    for count in counts:
        detections, objects, classes = random_case(draws, count)
        verdict = judged(detections, objects, classes)
        cases.append(
            {
                "classes": classes,
                "detections": [
                    {"box": box, "label": label, "score": score}
                    for box, label, score in zip(
                        detections.corners.tolist(), detections.labels.tolist(), detections.scores.tolist()
                    )
                ],
                "objects": [
                    {"box": box, "label": label, "ignored": bool(ignored)}
                    for box, label, ignored in zip(
                        objects.corners.tolist(), objects.labels.tolist(), objects.ignored.tolist()
                    )
                ],
                **dataclasses.asdict(verdict),
            }
        )
    FIGURES.write_text("[\n" + ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases) + "\n]\n")
    print(f"{FIGURES.name}: {len(cases)} cases")


# boxstep


def scene(objects: Boxes, classes: int) -> dict[str, Any]:
    return {
        "image": {"width": SIDE, "height": SIDE},
        "classes": [f"c{k}" for k in range(classes)],
        "objects": [
            {"class": f"c{label}", "box": box, "ignore": bool(ignored)}
            for box, label, ignored in zip(
                objects.corners.tolist(), objects.labels.tolist(), objects.ignored.tolist()
            )
        ],
    }


def predictions(draws: Generator, detections: Boxes, anchors: np.ndarray, classes: int) -> dict[str, np.ndarray]:
    """Outputs that decode to the detections, each from an anchor of its own."""
    logits = np.full((len(anchors), classes), -30, np.float32)
    deltas = np.zeros((len(anchors), 4), np.float32)
    chosen = draws.permutation(len(anchors))[: len(detections.labels)]
    for anchor, box, label, score in zip(chosen, detections.corners, detections.labels, detections.scores):
        x1, y1, x2, y2 = anchors[anchor]
        logits[anchor, label] = np.log(score / (1.0001 - score))
        deltas[anchor] = (box - anchors[anchor]) / np.array([x2 - x1, y2 - y1] * 2) / 0.2
    return {"cls_logits": logits, "box_deltas": deltas}


class Boxstep:
    def __init__(self, program: str, folder: Path) -> None:
        self.program, self.folder = program, folder
        empty = Boxes(np.zeros((0, 4)), np.zeros(0, int), ignored=np.zeros(0, int))
        self.anchors = self.trace(scene(empty, 1), None, [])["anchors.boxes"].astype(float)

    def trace(self, scene: dict[str, Any], made: dict[str, np.ndarray] | None, options: list[str]) -> dict[str, np.ndarray]:
        (self.folder / "scene.json").write_text(json.dumps(scene))
        output = self.folder / "trace.safetensors"
        command = [self.program, "trace", self.folder / "scene.json", "--output", output]
        if made is not None:
            save_file(made, self.folder / "predictions.safetensors")
            command += ["--predictions", self.folder / "predictions.safetensors"]
        command += [part for option in options for part in ("--set", option)]
        run = subprocess.run(command, capture_output=True, text=True, timeout=120)
        if run.returncode != 0:
            raise SystemExit(run.stderr)
        return load_file(output)


def difference(trace: dict[str, np.ndarray], objects: Boxes, classes: int) -> str:
    """Where the trace and pycocotools disagree; empty where they do not."""
    corners = trace.get("detections.boxes", np.zeros((0, 4)))
    count = len(corners)
    # In the order of the trace: scores are stored rounded.
    detections = Boxes(corners, trace.get("detections.labels", np.zeros(0, int)), scores=count - np.arange(count))
    wanted = judged(detections, objects, classes)
    # boxstep numbers the objects without those to ignore.
    numbers = np.cumsum(objects.ignored == 0) - 1
    match = [int(numbers[m]) if m >= 0 else m for m in wanted.match]
    found = [f for f, ignored in zip(wanted.found, objects.ignored) if not ignored]
    outcome = trace.get("evaluation.outcome", np.zeros(0, int)).tolist()
    owner = trace.get("evaluation.gt", np.zeros(0, int)).tolist()
    codes = {1: None, 0: NOTHING, 2: NOTHING, -1: IGNORED, -2: UNCOUNTED}
    actual = [gt if code == 1 else codes[code] for code, gt in zip(outcome, owner)]
    if actual != match:
        return f"matches {actual}, wanted {match}"
    if trace.get("evaluation.found", np.zeros(0, int)).tolist() != found:
        return f"found {trace.get('evaluation.found')}, wanted {found}"
    if not found:
        return "AP of nothing" if "evaluation.ap" in trace else ""
    for name, value in [
        ("ap50_of_class", wanted.ap50), ("ap_of_class", wanted.ap), ("ap50", wanted.mean_ap50), ("ap", wanted.mean_ap),
    ]:
        if not np.allclose(trace[f"evaluation.{name}"], value, rtol=0, atol=1e-6):
            return f"{name} {trace[f'evaluation.{name}']}, wanted {value}"
    return ""


def check(program: str, cases: int) -> int:
    draws = np.random.default_rng(7)
    failed = 0
    seen = {code: 0 for code in (1, 0, 2, -1, -2)}
    with tempfile.TemporaryDirectory() as folder:
        boxstep = Boxstep(program, Path(folder))
        for case in range(cases):
            count = int(draws.integers(100, 260)) if case % 20 == 0 else int(draws.integers(0, 40))
            detections, objects, classes = random_case(draws, count)
            options = [f"nms={draws.choice(['per_class', 'all_classes', 'none'])}", "nms_threshold=0.7"]
            made = predictions(draws, detections, boxstep.anchors, classes)
            trace = boxstep.trace(scene(objects, classes), made, options)
            for code in trace.get("evaluation.outcome", np.zeros(0, int)).tolist():
                seen[code] += 1
            words = difference(trace, objects, classes)
            if words:
                failed += 1
                print(f"case {case}: {words}")
    names = zip(("true", "false", "duplicate", "ignored", "not counted"), seen.values())
    print(", ".join(f"{number} {name}" for name, number in names))
    print(f"{cases - failed} of {cases} cases agree")
    return 1 if failed else 0


def main() -> int:
    parser = argparse.ArgumentParser(description="Compares boxstep's evaluation with pycocotools.")
    parser.add_argument("boxstep", nargs="?", metavar="BOXSTEP", help="the program")
    parser.add_argument("--cases", type=int, default=300, help="how many random cases")
    parser.add_argument("--write", action="store_true", help="write the figures of the Swift tests")
    options = parser.parse_args()
    if options.write:
        write()
        return 0
    if not options.boxstep:
        parser.error("BOXSTEP or --write is wanted")
    return check(options.boxstep, options.cases)


if __name__ == "__main__":
    sys.exit(main())
