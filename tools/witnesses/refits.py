"""Refits by pyfixest, as a witness for tests/inference/{randomisation,wild_witness}_test.ts.

Run: pip install pyfixest==0.60.0; python tools/witnesses/refits.py
"""

import itertools
import json
import warnings
from importlib.metadata import version

import pandas as pd
import pyfixest as pf
from made_data import clustered_rows, panel_rows

warnings.filterwarnings("ignore")


def schedules(starts):
    return sorted(set(itertools.permutations(starts)))


def refit(panel, formula, start, null):
    data = panel.copy()
    data["y"] = data["y"] - null * data["d"]
    data["d"] = (data["year"] >= data["unit"].map(dict(enumerate(start)))).astype(float)
    fit = pf.feols(formula, data=data, vcov={"CRV1": "unit"}, fixef_tol=1e-13)
    return float(fit.coef().xs("d")), float(fit.tstat().xs("d"))


def main():
    panel = pd.DataFrame(panel_rows())
    starts = [2003, 9999, 9999, 2003, 9999, 2004, 9999]
    out = {"versions": {"pyfixest": version("pyfixest")}}
    for formula, null in [("y ~ d | unit + year", 0), ("y ~ d | unit + year", 0.15), ("y ~ d + x | unit + year", 0)]:
        observed = refit(panel, formula, starts, null)
        every = [refit(panel, formula, start, null) for start in schedules(starts)]
        out[f"{formula}, null {null}"] = {
            "coefficient": observed[0],
            "t": observed[1],
            "schedules": len(every),
            "pT": sum(abs(t) >= abs(observed[1]) * (1 - 1e-9) for _, t in every),
            "pCoefficient": sum(abs(b) >= abs(observed[0]) * (1 - 1e-9) for b, _ in every),
            "sumAbsT": sum(abs(t) for _, t in every),
            "sumAbsCoefficient": sum(abs(b) for b, _ in every),
        }
    rows = pd.DataFrame(clustered_rows())
    for kind, rule in [("CRV1", pf.ssc()), ("CRV3", pf.ssc(k_adj=False, G_adj=False))]:
        fit = pf.feols("y ~ x + z", data=rows, vcov={kind: "cluster"}, ssc=rule)
        out[f"clustered rows, {kind} t of x"] = float(fit.tstat().xs("x"))
    print(json.dumps(out, indent=1))


main()
