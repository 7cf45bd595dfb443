#!/usr/bin/env python3
"""Holds `boxstep trace` against folders of reference runs, one case a sub-folder.

    python3 Tests/PyTorch/check_oracle.py DIR BOXSTEP [--detector NAME]... [--case NAME]... [--all]

DIR holds the cases of one detector, or a folder of cases for each detector; those that BOXSTEP does not know are left
out and named. Each case has scene.json, detector.json, predictions.safetensors and expected.safetensors. Whole
numbers must agree exactly; floats within 1e−4 of the expected number plus 1e−5, the latter scaled
down to 1e−5 of the largest number expected where a tensor's numbers are all under 1, so that small
losses and gradients are not let through. The table has a line for each value with its worst over
the cases: `strict` is the relative error among entries over 1e−6, `allowed` the share of the
tolerance used. Exits with 1 when anything fails. Needs numpy and safetensors.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file

from compare import Tolerance, Verdict, compared

# Said about a case, not computed by a detector: how close a bag's last anchor is to the next.
REMARKS = {"bags.gap"}


def tolerance(expected: np.ndarray) -> Tolerance:
    largest = float(np.abs(expected).max(initial=0))
    return Tolerance(relative=1e-4, absolute=1e-5 * min(1.0, largest) if largest else 1e-9)


def trace(boxstep: str, case: Path, output: Path) -> str:
    """Runs one case; says what went wrong, or nothing."""
    command = [boxstep, "trace", case / "scene.json", "--config", case / "detector.json"]
    command += ["--predictions", case / "predictions.safetensors", "--output", output]
    try:
        run = subprocess.run(command, capture_output=True, text=True, timeout=120)
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    if run.returncode == 0 and output.exists():
        return ""
    words = (run.stderr or run.stdout).strip().splitlines()
    return f"exit code {run.returncode}: {' / '.join(words[:3]) or 'not a word'}"


def check(boxstep: str, case: Path) -> dict[str, Verdict] | str:
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "trace.safetensors"
        fault = trace(boxstep, case, output)
        if fault:
            return fault
        actual = load_file(output)
    expected = load_file(case / "expected.safetensors")
    return {
        name: compared(actual.get(name), wanted, tolerance(wanted))
        for name, wanted in sorted(expected.items())
        if name not in REMARKS
    }


def print_table(results: dict[str, dict[str, Verdict]], every_case: bool) -> None:
    print(f"{'value':34}{'cases':>7}{'strict':>11}{'absolute':>11}{'allowed':>10}")
    names = sorted({name for verdicts in results.values() for name in verdicts})
    for name in names:
        of_cases = {case: v[name] for case, v in results.items() if name in v}
        print(_line(name, list(of_cases.values())))
        for case, verdict in of_cases.items():
            if every_case or not verdict.passed:
                print(_line(f"  {case}", [verdict]) + (f"  {verdict.note}" if verdict.note else ""))


def _line(title: str, verdicts: list[Verdict]) -> str:
    passed = sum(v.passed for v in verdicts)
    worst = [max(getattr(v, field) for v in verdicts) for field in ("strict", "absolute", "used")]
    return f"{title:34}{passed:>3}/{len(verdicts):<3}{worst[0]:>11.1e}{worst[1]:>11.1e}{worst[2]:>10.1%}"


def folders(directory: Path) -> list[Path]:
    """The folders that hold cases: this one, or those in it."""
    if any(directory.glob("*/scene.json")):
        return [directory]
    return sorted(folder for folder in directory.iterdir() if any(folder.glob("*/scene.json")))


def known_detectors(boxstep: str) -> set[str]:
    run = subprocess.run([boxstep, "list", "detectors"], capture_output=True, text=True, timeout=60, check=True)
    return {line.split()[0] for line in run.stdout.splitlines() if line.strip()}


def detector(case: Path) -> str:
    return json.loads((case / "detector.json").read_text())["detector"]


def check_folder(folder: Path, options: argparse.Namespace) -> bool:
    """Whether all of a folder's cases agree; prints what was found."""
    cases = sorted(file.parent for file in folder.glob("*/scene.json"))
    cases = [case for case in cases if not options.case or case.name in options.case]
    if not cases:
        return True
    outcomes = {case.name: check(options.boxstep, case) for case in cases}
    broken = {name: fault for name, fault in outcomes.items() if isinstance(fault, str)}
    results = {name: v for name, v in outcomes.items() if not isinstance(v, str)}
    print_table(results, options.all)
    for name, fault in broken.items():
        print(f"{name}: {fault}")
    failed = [name for name, verdicts in results.items() if not all(v.passed for v in verdicts.values())]
    print(f"{folder.name}: {len(results) - len(failed)} of {len(cases)} cases agree", flush=True)
    return not failed and not broken


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Compares boxstep's traces with reference runs.")
    parser.add_argument("directory", type=Path, metavar="DIR", help="a folder of cases, or of such folders")
    parser.add_argument("boxstep", metavar="BOXSTEP", help="the program")
    parser.add_argument("--detector", action="append", default=[], metavar="NAME", help="only this detector's cases")
    parser.add_argument("--case", action="append", default=[], metavar="NAME", help="only this case")
    parser.add_argument("--all", action="store_true", help="a line for every case, not only failures")
    return parser.parse_args()


def main() -> int:
    options = arguments()
    known = known_detectors(options.boxstep)
    all_agree, checked, unknown = True, 0, []
    for folder in folders(options.directory):
        name = detector(next(folder.glob("*/scene.json")).parent)
        if options.detector and name not in options.detector:
            continue
        if name not in known:
            unknown.append(name)
            continue
        all_agree &= check_folder(folder, options)
        checked += 1
    if unknown:
        print(f"left out, as boxstep has no such detector: {', '.join(unknown)}")
    if not checked:
        print(f"no cases to check in {options.directory}", file=sys.stderr)
        return 2
    return 0 if all_agree else 1


if __name__ == "__main__":
    sys.exit(main())
