"""Times one peer on one staggered panel that bench/peers.ts wrote; prints one JSON measurement.

Arguments: folder, panel, 1 with the covariate x, draws of the multiplier bootstrap (0: analytic errors), peer. Every
pair runs in a process of its own, so that peak memory is its own and a peer that is too slow can be stopped.
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
TYPES = ["simple", "group", "dynamic", "calendar"]


def read(folder, panel):
    files = sorted(Path(folder).glob(f"{panel}-*.f64"))
    frame = pd.DataFrame({file.stem.split("-")[1]: np.fromfile(file) for file in files})
    whole = ["unit", "time", "cohort"]
    frame[whole] = frame[whole].astype("int64")
    return frame


def peak_memory():
    """In MB, of this process alone: getrusage's figure starts at that of the process that started this one."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1024
    return None


def moderndid(frame, covariate, draws):
    import polars
    from moderndid import aggte, att_gt

    table = polars.from_pandas(frame)

    def work():
        cells = att_gt(
            table, yname="y", tname="time", idname="unit", gname="cohort", xformla="~ x" if covariate else None,
            est_method="dr", control_group="nevertreated", boot=draws > 0, biters=draws or 1000, cband=draws > 0,
            random_state=1,
        )
        return [aggte(cells, type=kind) for kind in TYPES]

    return work, f"moderndid {version('moderndid')}"


def csdid(frame, covariate, draws):
    from csdid.att_gt import ATTgt

    def work():
        fit = ATTgt(
            yname="y", tname="time", idname="unit", gname="cohort", data=frame, control_group="nevertreated",
            xformla="y ~ x" if covariate else None, cband=draws > 0, biters=draws or 1000,
        ).fit(est_method="dr", bstrap=draws > 0)
        return [fit.aggte(kind, bstrap=draws > 0) for kind in TYPES]

    return work, f"csdid {version('csdid')}"


def diff_diff(frame, covariate, draws):
    from diff_diff import CallawaySantAnna

    columns = {"outcome": "y", "unit": "unit", "time": "time", "first_treat": "cohort"}

    def work():
        model = CallawaySantAnna(control_group="never_treated", estimation_method="dr", n_bootstrap=draws, seed=1)
        fit = model.fit(frame, **columns, covariates=["x"] if covariate else None)
        return [fit.aggregate(kind) for kind in ("simple", "event_study", "group")]

    return work, f"diff-diff {version('diff-diff')} (no average by period)"


def main():
    folder, panel, covariate, draws, peer = sys.argv[1:]
    make = {"moderndid": moderndid, "csdid": csdid, "diff-diff": diff_diff}[peer]
    work, runner = make(read(folder, panel), covariate == "1", int(draws))
    times = []
    warm_up, start = True, time.perf_counter()
    while not times or time.perf_counter() - start < 6:
        before = time.perf_counter()
        work()
        took = 1000 * (time.perf_counter() - before)
        # The first run compiles and caches; it counts only where it is so long that it is the only one.
        if not warm_up or took > 30_000:
            times.append(took)
        if warm_up:
            warm_up, start = False, time.perf_counter() - (100 if took > 30_000 else 0)
    print(json.dumps({
        "runner": runner,
        "medianMs": statistics.median(times),
        "fastestMs": min(times),
        "runs": len(times),
        "peakMb": peak_memory(),
    }))


main()
