# Oster's solutions on R's own mtcars (the example of robomit 1.0.6: mpg on wt, controls hp and qsec, Rmax 0.9), by the equations of
# Oster (2019), propositions 1 to 3, as a witness for lib/diagnostics/oster.ts. Run: Rscript tools/witnesses/oster.R; its output stands
# in tests/diagnostics/oster_test.ts.
short <- lm(mpg ~ wt, mtcars)
long <- lm(mpg ~ wt + hp + qsec, mtcars)
total <- var(mtcars$mpg)
r <- c(summary(short)$r.squared, summary(long)$r.squared, 0.9)
sigma <- var(mtcars$wt)
tau <- var(residuals(lm(wt ~ hp + qsec, mtcars)))
b <- coef(short)[["wt"]] - coef(long)[["wt"]]
gained <- (r[2] - r[1]) * total
possible <- (r[3] - r[2]) * total
cat("moments", format(c(coef(short)[["wt"]], coef(long)[["wt"]], sigma, tau, gained, possible), digits = 16), "\n")
for (delta in c(1, 0.5, 2, -1)) {
  terms <- c(
    delta * possible * sigma * b,
    delta * possible * (sigma - tau) - gained * tau - sigma * tau * b^2,
    (delta - 2) * tau * sigma * b,
    (delta - 1) * tau * (sigma - tau)
  )
  roots <- polyroot(if (delta == 1) terms[1:3] else terms)
  real <- Re(roots[abs(Im(roots)) < 1e-6])
  cat("delta", delta, format(coef(long)[["wt"]] - real, digits = 14), "\n")
}
nu <- coef(long)[["wt"]]
above <- nu * gained * tau + nu * sigma * tau * b^2 + 2 * nu^2 * tau * b * sigma + nu^3 * tau * (sigma - tau)
below <- possible * b * sigma + nu * possible * (sigma - tau) + nu^2 * tau * b * sigma + nu^3 * tau * (sigma - tau)
cat("delta for beta = 0", format(above / below, digits = 14), "\n")
