"""Covariances of the ehec regression by pyfixest and linearmodels, as witnesses for lib/inference/covariance.ts.

Run: python tools/witnesses/covariances.py (needs pyfixest and linearmodels); its output stands in
tests/inference/covariance_witness_test.ts.
"""

from importlib.metadata import version
from pathlib import Path

import pandas as pd
import pyfixest
from linearmodels.panel import PanelOLS

frame = pd.read_csv(Path(__file__).parents[2] / "data" / "ehec.csv")
frame["post"] = (frame["year"] >= frame["yexp2"]).astype(float)
print("pyfixest", version("pyfixest"), "linearmodels", version("linearmodels"))

for name, vcov in [("iid", "iid"), ("HC1", "HC1"), ("CRV1", {"CRV1": "stfips"}), ("CRV3", {"CRV3": "stfips"})]:
    fit = pyfixest.feols("dins ~ post | stfips + year", frame, vcov=vcov)
    print("pyfixest", name, repr(float(fit.se()["post"])))
fit = pyfixest.feols("dins ~ post | stfips + year", frame, vcov={"CRV1": "stfips+year"})
print("pyfixest two-way", repr(float(fit.se()["post"])))

panel = frame.set_index(["stfips", "year"])
model = PanelOLS(panel["dins"], panel[["post"]], entity_effects=True, time_effects=True)
clustered = model.fit(cov_type="clustered", cluster_entity=True, debiased=False, group_debias=False)
print("linearmodels clustered", repr(float(clustered.std_errors["post"])))
for bandwidth in [1, 2]:
    kernel = model.fit(cov_type="kernel", kernel="bartlett", bandwidth=bandwidth, debiased=False)
    print("linearmodels Driscoll-Kraay", bandwidth, repr(float(kernel.std_errors["post"])))
