"""Times one peer on one panel that bench/peers.ts wrote; prints one JSON measurement.

Arguments: folder, panel, "placebo" or "jackknife", draws, peer.
"""

import json
import statistics
import sys
import time
import warnings
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd

warnings.filterwarnings("ignore")


def read(folder, panel):
    files = sorted(Path(folder).glob(f"{panel}-*.f64"))
    frame = pd.DataFrame({file.stem.split("-")[1]: np.fromfile(file) for file in files})
    whole = ["unit", "time", "d"]
    frame[whole] = frame[whole].astype("int64")
    return frame


def peak_memory():
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1024
    return None


def synthdid_py(frame, inference, draws):
    import synthdid

    data = synthdid.panel_matrices(frame, unit="unit", time="time", outcome="y", treatment="d")

    def work():
        fit = synthdid.synthdid_estimate(data.Y, data.N0, data.T0)
        if inference == "jackknife":
            return float(fit), synthdid.jackknife_se(fit)
        return float(fit), synthdid.placebo_se(fit, replications=draws, random_state=1)

    return work, f"synthdid-py {version('synthdid-py')}"


def diff_diff(frame, inference, draws):
    from diff_diff import SyntheticDiD

    ever = frame.groupby("unit")["d"].transform("max")
    post = sorted(frame.loc[frame["d"] == 1, "time"].unique())
    data = frame.assign(ever=ever)

    def work():
        model = SyntheticDiD(variance_method=inference, n_bootstrap=draws, seed=1)
        fit = model.fit(data, outcome="y", treatment="ever", unit="unit", time="time", post_periods=post)
        return fit.att, fit.se

    return work, f"diff-diff {version('diff-diff')}"


def main():
    folder, panel, inference, draws, peer = sys.argv[1:]
    make = {"synthdid-py": synthdid_py, "diff-diff": diff_diff}[peer]
    work, runner = make(read(folder, panel), inference, int(draws))
    times = []
    result = work()
    start = time.perf_counter()
    while not times or time.perf_counter() - start < 6:
        before = time.perf_counter()
        work()
        times.append(1000 * (time.perf_counter() - before))
    print(f"{peer}: {result}", file=sys.stderr)
    print(json.dumps({
        "runner": runner,
        "medianMs": statistics.median(times),
        "fastestMs": min(times),
        "runs": len(times),
        "peakMb": peak_memory(),
    }))


main()
