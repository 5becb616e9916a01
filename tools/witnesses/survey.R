# Witness for lib/study/survey/estimation: Lumley's survey package on data made by a formula, so that the tests make the
# same rows. Prints JSON; the values stand in tests/references/survey.ts.
#   Rscript tools/witnesses/survey.R > witness.json
suppressMessages(library(survey))

# Park & Miller's minimal generator: exact in double precision, in R and elsewhere.
state <- 20260101
draw <- function() {
  state <<- (state * 16807) %% 2147483647
  state / 2147483647
}

made <- function(clusters_in) {
  rows <- list()
  number <- 0
  for (h in seq_along(clusters_in)) {
    for (k in seq_len(clusters_in[h])) {
      number <- number + 1
      level <- draw()
      for (i in seq_len(3 + number %% 4)) {
        region <- (number + (if (i == 3) 1 else 0)) %% 3
        weight <- 50 + 200 * draw()
        yes <- if (draw() < 0.2 + 0.6 * level) 1 else 0
        income <- 500 + 2000 * draw() + 800 * level
        members <- 1 + floor(5 * draw())
        if (draw() < 0.08) yes <- NA
        rows[[length(rows) + 1]] <- data.frame(
          h = h, cluster = number, region = c("01", "02", "03")[region + 1],
          urban = if (h <= 3) 1 else 0, weight, yes, income, members
        )
      }
    }
  }
  do.call(rbind, rows)
}

design_of <- function(data) {
  svydesign(ids = ~cluster, strata = ~h, weights = ~weight, data = data, nest = TRUE)
}

number <- function(x) sprintf("%.17g", x)
show <- function(name, x) cat(sprintf('  "%s": [%s],\n', name, paste(number(x), collapse = ", ")))

# Sampling covariance across domains: influence functions with zeros outside of the domain.
covariance_by <- function(design, data, groups) {
  w <- data$weight
  influence <- sapply(groups, function(inside) {
    use <- inside & !is.na(data$yes)
    average <- sum(w[use] * data$yes[use]) / sum(w[use])
    ifelse(use, w * (data$yes - average) / sum(w[use]), 0)
  })
  svyrecvar(influence, design$cluster, design$strata, design$fpc)
}

cat("{\n")
cat(sprintf('  "versions": "survey %s, %s",\n', packageVersion("survey"), R.version.string))

full <- made(c(6, 5, 4, 3))
design <- design_of(full)
options(survey.lonely.psu = "fail")
m <- svymean(~yes, design, na.rm = TRUE, deff = "replace")
show("mean", c(coef(m), SE(m), deff(m), degf(subset(design, !is.na(yes)))))
by <- svyby(~yes, ~region, design, svymean, na.rm = TRUE, deff = "replace")
show("byRegion", c(coef(by), SE(by), by[, "DEff.yes"]))
show("byRegionDegrees", sapply(c("01", "02", "03"), function(r) degf(subset(design, region == r & !is.na(yes)))))
by <- svyby(~yes, ~region + urban, design, svymean, na.rm = TRUE)
show("byRegionUrban", c(coef(by), SE(by)))
by <- svyby(~income, ~region, design, svymean, deff = "replace")
show("incomeByRegion", c(coef(by), SE(by), by[, "DEff.income"]))
r <- svyratio(~income, ~members, design)
show("ratio", c(coef(r), SE(r)))
by <- svyby(~income, ~region, design, denominator = ~members, svyratio)
show("ratioByRegion", c(coef(by), SE(by)))
for (method in c("logit", "xlogit")) {
  intervals <- sapply(c("01", "02", "03"), function(r) {
    inside <- subset(design, region == r & !is.na(yes))
    confint(svyciprop(~yes, inside, method = method, df = degf(inside)))
  })
  show(paste0(method, "ByRegion"), intervals)
}
regions <- lapply(c("01", "02", "03"), function(r) full$region == r)
show("covariance", covariance_by(design, full, regions))

# Odd features: weights that differ a hundredfold, a rare answer, a subpopulation that some strata lack, a ratio's design effect.
odd <- full
odd$weight <- full$weight^3 / 1000
odd$rare <- ifelse(is.na(full$yes), NA, as.numeric(full$yes == 1 & full$members == 5))
odd$chosen <- full$members >= 3 & full$h != 2
by <- svyby(~yes, ~region, design_of(odd), svymean, na.rm = TRUE, deff = "replace")
show("unequal", c(coef(by), SE(by), by[, "DEff.yes"]))
inside <- subset(design_of(odd), !is.na(rare))
show("rare", c(coef(svymean(~rare, inside)), confint(svyciprop(~rare, inside, method = "xlogit", df = degf(inside)))))
chosen <- subset(design_of(odd), chosen & !is.na(yes))
by <- svyby(~yes, ~region, chosen, svymean)
show("chosen", c(coef(by), SE(by), sapply(c("01", "02", "03"), function(r) degf(subset(chosen, region == r)))))
show("ratioDesignEffect", deff(svyratio(~income, ~members, design_of(odd), deff = "replace")))

state <- 20260102
lonely <- made(c(6, 5, 1, 4, 1))
design <- design_of(lonely)
for (rule in c("remove", "certainty", "adjust", "average")) {
  options(survey.lonely.psu = rule)
  m <- svymean(~yes, design, na.rm = TRUE)
  by <- svyby(~yes, ~region, design, svymean, na.rm = TRUE)
  ratio <- svyby(~income, ~region, design, denominator = ~members, svyratio)
  show(paste0("lonely_", rule), c(SE(m), SE(by), SE(ratio)))
}
options(survey.lonely.psu = "fail")
failed <- inherits(try(svymean(~yes, design, na.rm = TRUE), silent = TRUE), "try-error")
cat(sprintf('  "lonelyFails": %s\n}\n', if (failed) "true" else "false"))
