"""Times the peers on the columns that bench/peers.ts wrote; prints one JSON list of measurements."""

import json
import resource
import statistics
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd


def timed(work, seconds=6.0, warm_up=2):
    for _ in range(warm_up):
        work()
    times = []
    start = time.perf_counter()
    while not times or time.perf_counter() - start < seconds:
        before = time.perf_counter()
        work()
        times.append(1000 * (time.perf_counter() - before))
    return times


def read(folder, panel):
    files = sorted(Path(folder).glob(f"{panel}-*.f64"))
    frame = pd.DataFrame({file.stem.split("-")[1]: np.fromfile(file) for file in files})
    frame[["unit", "time"]] = frame[["unit", "time"]].astype("int64")
    return frame


def row(case, runner, times):
    return {
        "case": case,
        "runner": runner,
        "medianMs": statistics.median(times),
        "fastestMs": min(times),
        "runs": len(times),
        "peakMb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def fixed_effects(folder):
    import pyfixest

    frame = read(folder, "large")
    times = timed(lambda: pyfixest.feols("y ~ x1 + x2 | unit + time", frame, vcov={"CRV1": "unit"}))
    return [row("TWFE, 1e6 rows, two regressors, clustered", f"pyfixest {pyfixest.__version__}", times)]


def wild_bootstrap(folder):
    from importlib.metadata import version

    from wildboottest.wildboottest import WildboottestCL

    rows = []
    cases = [("g25", "wild bootstrap, 99,999 draws, G = 25"), ("g16", "wild bootstrap, enumerated, G = 16")]
    for panel, case in cases:
        frame = read(folder, panel)
        dummies = pd.get_dummies(frame["time"], drop_first=True).to_numpy(float)
        within = frame.groupby("unit")
        centred = frame[["y", "d", "x"]] - within[["y", "d", "x"]].transform("mean")
        dummies = dummies - pd.DataFrame(dummies).groupby(frame["unit"]).transform("mean").to_numpy()
        design = np.column_stack([centred[["d", "x"]].to_numpy(), dummies])
        contrast = np.eye(design.shape[1])[0]

        def work():
            test = WildboottestCL(
                X=design, Y=centred["y"].to_numpy(), cluster=frame["unit"].to_numpy(), R=contrast, B=99999, seed=1
            )
            test.get_scores(bootstrap_type="11", impose_null=True)
            test.get_weights(weights_type="rademacher")
            test.get_numer()
            test.get_denom()
            test.get_tboot()
            test.get_vcov()
            test.get_tstat()
            test.get_pvalue(pval_type="two-tailed")

        rows.append(row(case, f"wildboottest {version('wildboottest')}", timed(work)))
    return rows


def main(folder):
    measurements = []
    for peer in (fixed_effects, wild_bootstrap):
        try:
            measurements += peer(folder)
        except ImportError as missing:
            print(f"not measured: {missing}", file=sys.stderr)
    print(json.dumps(measurements))


main(sys.argv[1])
