"""Adjusted p values and a sup-t critical value, as witnesses for tests/inference/{multiple,bands}_test.ts.

Run: pip install pyfixest==0.60.0 statsmodels; python tools/witnesses/multiple_testing.py
"""

import json
from importlib.metadata import version

import numpy as np
from made_data import share
from pyfixest.estimation.post_estimation.multcomp import _get_rwolf_pval
from scipy.optimize import brentq
from scipy.stats import multivariate_normal
from statsmodels.stats.multitest import multipletests

P_VALUES = [0.012, 0.2, 0.001, 0.04, 0.04, 0.8, 0.03]
STATISTICS = np.array([2.1, -0.4, 1.5, -2.9])


def sup_t(correlation, level):
    size = len(correlation)

    def cover(c):
        return multivariate_normal.cdf(
            np.full(size, c), cov=correlation, lower_limit=np.full(size, -c), abseps=1e-8, releps=1e-8,
            maxpts=10_000_000, rng=1,
        )

    return brentq(lambda c: cover(c) - level, 1.5, 4, xtol=1e-6)


def main():
    draws = np.array([[7 * (share(b, 10 + k) - 0.5) for k in range(4)] for b in range(200)])
    correlation = np.array([[1, 0.7, 0.3], [0.7, 1, 0.5], [0.3, 0.5, 1]])
    out = {
        "versions": {name: version(name) for name in ("statsmodels", "pyfixest", "scipy")},
        "holm": multipletests(P_VALUES, method="holm")[1].tolist(),
        "benjaminiHochberg": multipletests(P_VALUES, method="fdr_bh")[1].tolist(),
        "romanoWolf": _get_rwolf_pval(STATISTICS, draws).tolist(),
        "supT95": sup_t(correlation, 0.95),
        "supT90": sup_t(correlation, 0.90),
    }
    print(json.dumps(out, indent=1))


main()
