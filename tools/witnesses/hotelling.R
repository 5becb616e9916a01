# clubSandwich's Wald_test (HTZ, and Naive-F as a control) on the project's own data, as a witness for
# lib/inference/few-clusters/hotelling.ts. Run from the project's folder: Rscript tools/witnesses/hotelling.R; its output (R 4.2.2,
# clubSandwich 0.5.8) stands in tests/inference/hotelling_witness_test.ts. Rows dropped are every eleventh, from the fifth on.
suppressMessages(library(clubSandwich))

# One dummy per year but the base times the exposure, units and years as dummies.
events <- function(data, outcome, exposure, base, weights = NULL) {
  years <- setdiff(sort(unique(data$time)), base)
  for (year in years) data[[paste0("e", year)]] <- data[[exposure]] * (data$time == year)
  right <- paste(c(paste0("e", years), "factor(unit)", "factor(time)"), collapse = " + ")
  # Weights of mean one: with those as they are (populations) clubSandwich's test runs into its own absolute tolerances.
  data$w <- if (is.null(weights)) 1 else data[[weights]] / mean(data[[weights]])
  call <- as.formula(paste(outcome, "~", right))
  fit <- if (is.null(weights)) lm(call, data) else lm(call, data, weights = w)
  list(fit = fit, data = data)
}

show <- function(label, study, cluster, constraints) {
  vcov <- vcovCR(study$fit, cluster = study$data[[cluster]], type = "CR2")
  found <- Wald_test(study$fit, constraints = constraints, vcov = vcov, test = c("HTZ", "Naive-F"))
  htz <- found[found$test == "HTZ", ]
  naive <- found[found$test == "Naive-F", ]
  cat(label, format(c(htz$Fstat, htz$delta, htz$df_num, htz$df_denom, htz$p_val, naive$Fstat, naive$p_val), digits = 15), "\n")
}
zero <- function(years) constrain_zero(paste0("e", years))
differences <- function(years) constrain_equal(paste0("e", years))
gaps <- function(data) data[seq_len(nrow(data)) %% 11 != 5, ]

peru <- read.csv("data/peru/region_year.csv", colClasses = c(code = "character"))
peru <- peru[peru$code != "00", ]
names(peru)[names(peru) == "code"] <- "unit"
names(peru)[names(peru) == "year"] <- "time"
peru <- peru[order(peru$unit, peru$time), ]
regions <- read.csv("data/peru/regions.csv", colClasses = c(code = "character"))
peru$people <- regions$population_2017[match(peru$unit, regions$code)]
peru$favoured <- as.numeric(peru$unit %in% c("01", "02", "03", "05", "06", "08", "09", "10", "21"))

plain <- events(peru, "internet_use_pct", "favoured", 2018)
show("peru 7", plain, "unit", zero(2011:2017))
show("peru 1", plain, "unit", zero(2011))
show("peru equal", plain, "unit", differences(2014:2017))
print(coef_test(plain$fit, vcov = "CR2", cluster = peru$unit, coefs = "e2011", test = "Satterthwaite"), digits = 12)
weighted <- events(peru, "internet_use_pct", "favoured", 2018, "people")
show("peru weighted 2", weighted, "unit", zero(c(2011, 2014)))
show("peru weighted 1", weighted, "unit", zero(2014))
dropped <- events(gaps(peru), "internet_use_pct", "favoured", 2018)
show("peru dropped 7", dropped, "unit", zero(2011:2017))
show("peru dropped 3", dropped, "unit", zero(2011:2013))

ehec <- read.csv("data/ehec.csv")
names(ehec)[names(ehec) == "stfips"] <- "unit"
names(ehec)[names(ehec) == "year"] <- "time"
# The panel holds FIPS codes as text, and so orders them.
ehec <- ehec[order(as.character(ehec$unit), ehec$time, method = "radix"), ]
ehec <- ehec[is.na(ehec$yexp2) | ehec$yexp2 == 2014, ]
ehec$early <- as.numeric(!is.na(ehec$yexp2))
show("ehec 5", events(ehec, "dins", "early", 2013), "unit", zero(2008:2012))
show("ehec weighted 5", events(ehec, "dins", "early", 2013, "W"), "unit", zero(2008:2012))
show("ehec dropped 5", events(gaps(ehec), "dins", "early", 2013), "unit", zero(2008:2012))
show("ehec weighted dropped 5", events(gaps(ehec), "dins", "early", 2013, "W"), "unit", zero(2008:2012))

mpdta <- read.csv("data/mpdta.csv")
names(mpdta)[names(mpdta) == "countyreal"] <- "unit"
names(mpdta)[names(mpdta) == "year"] <- "time"
mpdta <- mpdta[order(mpdta$unit, mpdta$time), ]
mpdta <- mpdta[mpdta$first.treat %in% c(0, 2007), ]
mpdta$late <- as.numeric(mpdta$first.treat == 2007)
mpdta$state <- mpdta$unit %/% 1000
show("mpdta state 3", events(mpdta, "lemp", "late", 2006), "state", zero(2003:2005))
show("mpdta weighted state 3", events(mpdta, "lemp", "late", 2006, "lpop"), "state", zero(2003:2005))
show("mpdta county 3", events(mpdta, "lemp", "late", 2006), "unit", zero(2003:2005))
