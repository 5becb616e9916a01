"""Two-way decompositions by diff-diff, as witnesses for lib/diagnostics/bacon.ts and lib/diagnostics/twfe-weights.ts.

Run: python tools/witnesses/decomposition.py (needs diff-diff and causaldata); its mpdta part stands in
tests/diagnostics/decomposition_witness_test.ts. Data: mpdta of data/, castle of causaldata.
"""

from importlib.metadata import version
from pathlib import Path

import causaldata
import diff_diff
import numpy as np
import pandas as pd

print("diff-diff", version("diff-diff"), "causaldata", version("causaldata"))


def bacon(name, frame, outcome, unit, time, cohort):
    found = diff_diff.BaconDecomposition(weights="exact").fit(frame, outcome, unit, time, cohort)
    print(name, "two-way", repr(float(found.twfe_estimate)))
    for cell in found.comparisons:
        print(" ", cell.treated_group, cell.control_group, cell.comparison_type, float(cell.estimate), float(cell.weight))


def weights(name, frame, outcome, unit, time, treatment):
    found = diff_diff.twowayfeweights(frame, outcome, unit=unit, time=time, treatment=treatment)
    # diff-diff lists untreated cells too; effects are weighted in treated ones.
    treated = frame.set_index([unit, time])[treatment]
    cells = found.weights.set_index(list(found.weights.columns[:2]))["weight"]
    values = cells[treated.reindex(cells.index).to_numpy() > 0].to_numpy()
    print(name, "two-way", repr(float(found.beta_fe)), "sigma", repr(float(found.sigma_fe)))
    print("  negative", int((values < 0).sum()), "of", len(values), "sum", repr(float(values[values < 0].sum())))


mpdta = pd.read_csv(Path(__file__).parents[2] / "data" / "mpdta.csv")
bacon("mpdta", mpdta, "lemp", "countyreal", "year", "first.treat")
mpdta["on"] = ((mpdta["first.treat"] > 0) & (mpdta["year"] >= mpdta["first.treat"])).astype(float)
weights("mpdta", mpdta, "lemp", "countyreal", "year", "on")
castle = causaldata.castle.load_pandas().data
castle["l_homicide"] = np.log(castle["homicide"])
# Treated from the year of the law on, as in bacondecomp (R); causaldata's `post` starts with the first full year, one later.
castle["first"] = castle["sid"].map(castle[castle["post"] == 1].groupby("sid")["year"].min() - 1).fillna(0)
castle["on"] = ((castle["first"] > 0) & (castle["year"] >= castle["first"])).astype(float)
bacon("castle", castle, "l_homicide", "sid", "year", "first")
weights("castle", castle, "l_homicide", "sid", "year", "on")
