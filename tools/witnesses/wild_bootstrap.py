"""Wild cluster bootstrap by wildboottest, as a witness for tests/inference/wild_witness_test.ts.

wildboottest 0.3.2 fails with numpy 2 (types 13 and 33).
Run: pip install "numpy<2" wildboottest==0.3.2; python tools/witnesses/wild_bootstrap.py
"""

import itertools
import json
from importlib.metadata import version

import numpy as np
import pandas as pd
from made_data import clustered_rows, panel_rows
from wildboottest.wildboottest import WildboottestCL


def enumerate_boot(x, y, cluster, tested, kind, impose):
    r = np.zeros(x.shape[1])
    r[tested] = 1
    boot = WildboottestCL(X=x, Y=y, cluster=cluster, R=r, B=100_000, seed=1, parallel=False)
    # No (n - 1)/(n - k): packages differ in what they count as parameters.
    boot.get_scores(bootstrap_type=kind, impose_null=impose, adj=False)
    boot.get_weights(weights_type="rademacher")
    boot.get_numer()
    boot.get_denom()
    boot.get_tboot()
    boot.get_vcov()
    boot.get_tstat()
    t = np.abs(boot.t_boot)
    return {
        "type": kind,
        "impose": impose,
        "t": float(boot.t_stat),
        "draws": len(t),
        "sumAbs": float(t.sum()),
        "sumSquares": float((t**2).sum()),
        "largest": float(t.max()),
        "moreExtreme": int((t > abs(boot.t_stat) * (1 + 1e-9)).sum()),
        "asExtreme": int((t >= abs(boot.t_stat) * (1 - 1e-9)).sum()),
    }


def dummies(values):
    return pd.get_dummies(values, drop_first=True).to_numpy(float)


def demean(values, groups):
    return values - pd.Series(values).groupby(groups).transform("mean").to_numpy()


def main():
    rows = pd.DataFrame(clustered_rows())
    x = np.column_stack([np.ones(len(rows)), rows["x"], rows["z"]])
    out = {"versions": {name: version(name) for name in ("wildboottest", "numpy")}}
    variants = list(itertools.product(["11", "13", "31", "33"], [True, False]))
    out["clustered: y ~ 1 + x + z, tested x, clusters 8"] = [
        enumerate_boot(x, rows["y"].to_numpy(), rows["cluster"].to_numpy(), 1, kind, impose)
        for kind, impose in variants
    ]

    # Unit effects taken out of every column, period effects as dummies: what our absorbed fit must equal.
    panel = pd.DataFrame(panel_rows())
    unit = panel["unit"].to_numpy()
    design = np.column_stack([panel["d"], panel["x"], dummies(panel["year"])])
    net = np.column_stack([demean(column, unit) for column in design.T])
    out["panel: y ~ d + x | unit + year, tested d, clusters 7 units"] = [
        enumerate_boot(net, demean(panel["y"].to_numpy(), unit), unit, 0, kind, impose)
        for kind, impose in variants
    ]
    print(json.dumps(out, indent=1))


main()
