"""Omitted-variable bounds by PySensemakr, as a witness for lib/diagnostics/omitted-variable.ts.

Run: python tools/witnesses/omitted.py (needs PySensemakr and statsmodels); its output stands in
tests/diagnostics/omitted_witness_test.ts. Data: Darfur (shipped with PySensemakr; Hazlett 2020), ehec of data/.
"""

from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd
import sensemakr
import statsmodels.formula.api as smf

print("PySensemakr", version("PySensemakr"))


def share(fit, names):
    """Partial R2 of regressors from their F test (PySensemakr 0.0.8 reads models of pandas before 3 only)."""
    test = fit.f_test(", ".join(f"{name} = 0" for name in names))
    explained = float(np.squeeze(test.fvalue)) * len(names)
    return float(explained / (explained + fit.df_resid))


def show(name, outcome, treatment, rest, data, benchmarks, kd, q=1.0):
    fit = smf.ols(f"{outcome} ~ {treatment} + {rest}", data).fit()
    treated = smf.ols(f"{treatment} ~ {rest}", data).fit()
    estimate, se, df = float(fit.params[treatment]), float(fit.bse[treatment]), int(fit.df_resid)
    t = estimate / se
    print(name, "estimate", repr(estimate), "se", repr(se), "df", df)
    print(" partial R2", repr(share(fit, [treatment])))
    for alpha in (1.0, 0.05):
        value = sensemakr.robustness_value(t_statistic=t, dof=df, q=q, alpha=alpha)
        print(" RV, alpha", alpha, repr(float(np.squeeze(value))))
    for names in benchmarks:
        own = {"r2dxj_x": share(treated, names), "r2yxj_dx": share(fit, names)}
        print(" ", " + ".join(names), own)
        bounds = sensemakr.ovb_partial_r2_bound(**own, kd=kd, ky=kd)
        for k, (_, row) in zip(kd, bounds.iterrows()):
            shares = {"r2dz_x": float(row["r2dz_x"]), "r2yz_dx": float(row["r2yz_dx"])}
            common = {"se": se, "dof": df, **shares}
            adjusted = sensemakr.adjusted_estimate(estimate=estimate, **common)
            error = sensemakr.adjusted_se(**common)
            statistic = sensemakr.adjusted_t(estimate=estimate, h0=(1 - q) * estimate, **common)
            print("   ", k, shares, *(repr(float(np.squeeze(value))) for value in (adjusted, error, statistic)))


darfur = sensemakr.load_darfur()
rest = "age + farmer_dar + herder_dar + pastvoted + hhsize_darfur + female + village"
show("darfur", "peacefactor", "directlyharmed", rest, darfur, [["female"], ["age", "female"]], [1, 2, 3])
show("darfur, half", "peacefactor", "directlyharmed", rest, darfur, [["age"]], [1], q=0.5)

ehec = pd.read_csv(Path(__file__).parents[2] / "data" / "ehec.csv")
ehec["post"] = (ehec["year"] >= ehec["yexp2"]).astype(float)
# Two covariates made by arithmetic, the same as in the test: ehec has none.
ehec["x"] = np.sin(ehec["stfips"] * 0.7 + (ehec["year"] - 2008) ** 2 * 0.3) + 0.3 * ehec["post"]
ehec["z"] = np.cos(ehec["stfips"] * (ehec["year"] - 2007) * 0.11) + 4 * ehec["dins"]
show("ehec", "dins", "post", "x + z + C(stfips) + C(year)", ehec, [["x"], ["z"], ["x", "z"]], [1, 2])

# f times the critical f above one: the outcome's share at the bound is not the worst.
for t, df in [(30.0, 10), (4.18445, 783), (1.5, 20)]:
    values = [sensemakr.robustness_value(t_statistic=t, dof=df, q=1.0, alpha=alpha) for alpha in (1.0, 0.05)]
    print("t", t, "df", df, [float(np.squeeze(value)) for value in values])
