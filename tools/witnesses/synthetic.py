"""Synthetic difference-in-differences by synthdid-py, as a witness for tests/estimators/synthetic_references_test.ts.

Run: pip install synthdid-py==0.1.0; python tools/witnesses/synthetic.py
"""

import json
from importlib.metadata import version

import pandas as pd
import synthdid as sd

ESTIMATORS = {"sdid": sd.synthdid_estimate, "sc": sd.sc_estimate, "did": sd.did_estimate}
COLUMNS = {"unit": "stfips", "time": "year", "outcome": "dins", "treatment": "d"}


def main():
    ehec = pd.read_csv("data/ehec.csv")
    ehec["d"] = (ehec["year"] >= ehec["yexp2"].fillna(9999)).astype(int)
    block = ehec[ehec["yexp2"].isna() | (ehec["yexp2"] == 2014)]
    out = {"versions": {"synthdid-py": version("synthdid-py")}, "cohort 2014": {}, "staggered": {}}
    for method, estimator in ESTIMATORS.items():
        data = sd.panel_matrices(block, **COLUMNS)
        fit = estimator(data.Y, data.N0, data.T0)
        out["cohort 2014"][method] = {
            "estimate": float(fit),
            "jackknife": sd.jackknife_se(fit),
            "effects": [float(value) for value in sd.synthdid_effect_curve(fit)],
        }
        whole = sd.staggered_synthdid_estimate(
            ehec, estimator={"sdid": "synthdid"}.get(method, method), **COLUMNS
        )
        out["staggered"][method] = {
            "att": whole.att,
            "cohorts": dict(zip(whole.by_cohort["adoption_time"].astype(str), whole.by_cohort["tau"])),
        }
    print(json.dumps(out, indent=2))


main()
