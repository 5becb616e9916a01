"""Times pyfixest in a loop over the 500 specifications of bench/curve-cases.ts; prints one JSON measurement.

Arguments: folder with the columns, number of permutations of treatments across units (0: none). The median estimate goes
to standard error, to be held against ours.
"""

import itertools
import json
import statistics
import sys
import time
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pyfixest

warnings.filterwarnings("ignore")
TREATMENTS = [f"d{k}" for k in range(5)]


def read(folder):
    files = sorted(Path(folder).glob("curve-*.f64"))
    frame = pd.DataFrame({file.stem.split("-")[1]: np.fromfile(file) for file in files})
    frame[["unit", "time"]] = frame[["unit", "time"]].astype("int64")
    return frame


def peak_memory():
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1024
    return None


def estimates(frame):
    found = []
    for first, out in itertools.product(range(5), [12, 11, 10, 9, 8]):
        sample = frame[(frame["time"] >= first) & (frame["time"] != out)]
        for treatment, weights, controls in itertools.product(TREATMENTS, [None, "w"], ["", " + i(time, x)"]):
            fit = pyfixest.feols(
                f"y ~ {treatment}{controls} | unit + time", sample, vcov={"CRV1": "unit"}, weights=weights,
                copy_data=False, store_data=False,
            )
            found.append((fit.coef()[treatment], fit.pvalue()[treatment]))
    return found


def permuted(frame, generator):
    units = frame["unit"].nunique()
    order = generator.permutation(units)
    moved = frame.copy()
    for name in TREATMENTS:
        paths = frame[name].to_numpy().reshape(units, -1)
        moved[name] = paths[order].ravel()
    return moved


def main():
    frame, draws = read(sys.argv[1]), int(sys.argv[2])
    generator = np.random.default_rng(1)
    times = []
    start = time.perf_counter()
    while not times or (draws == 0 and time.perf_counter() - start < 20):
        before = time.perf_counter()
        curve = estimates(frame)
        for _ in range(draws):
            estimates(permuted(frame, generator))
        times.append(1000 * (time.perf_counter() - before))
    print(f"median estimate {statistics.median(value for value, _ in curve):.12f}", file=sys.stderr)
    print(json.dumps({
        "runner": f"pyfixest {pyfixest.__version__} in a loop",
        "medianMs": statistics.median(times),
        "fastestMs": min(times),
        "runs": len(times),
        "peakMb": peak_memory(),
    }))


main()
