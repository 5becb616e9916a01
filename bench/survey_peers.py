"""Times Python polars on the survey files that bench/survey-files.ts wrote; prints one JSON measurement.

Arguments: folder, first year, last year. It reads both modules of every year as text
columns of the file, keeps the same columns as ours, casts them, filters RESULT 1-2, and takes the same shares by area and year. Odd years are
Latin-1 with semicolons and decimal commas. Unlike ours, it looks for no repeated household, ragged row or unknown code.
"""

import json
import statistics
import sys
import time
from importlib.metadata import version
from pathlib import Path

HOUSEHOLDS = ["CONGLOME", "VIVIENDA", "HOGAR", "UBIGEO", "DOMINIO", "ESTRATO", "RESULT", "P1141", "P1142", "P1143", "P1144", "FACTOR07"]
PERSONS = ["CONGLOME", "VIVIENDA", "HOGAR", "CODPERSO", "UBIGEO", "DOMINIO", "ESTRATO", "P208A", "P301A", "P314A", "FACTOR07"]
TEXT = {"CONGLOME", "VIVIENDA", "HOGAR", "CODPERSO", "UBIGEO"}
MODULES = [("Enaho01-{}-100.csv", HOUSEHOLDS, "P1144"), ("Enaho01a-{}-300.csv", PERSONS, "P314A")]


def peak_memory():
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1024
    return None


def use_polars(folder, years):
    import polars as pl

    def region():
        department = pl.col("UBIGEO").str.slice(0, 2)
        lima = pl.when(pl.col("UBIGEO").str.starts_with("1501")).then(pl.lit("15A")).otherwise(pl.lit("15B"))
        return pl.when(department == "15").then(lima).otherwise(department).alias("REGION")

    def read(name, columns, year):
        old = year % 2 == 1
        numbers = [
            pl.col(c).str.replace(",", ".").cast(pl.Float64) for c in columns if c not in TEXT
        ]
        scan = pl.scan_csv(
            folder / name.format(year), separator=";" if old else ",", infer_schema=False, encoding="utf8-lossy",
        ).select(columns).with_columns(*numbers, region())
        if "RESULT" in columns:
            scan = scan.filter(pl.col("RESULT").is_in([1.0, 2.0]))
        return scan.collect()

    def work():
        total = 0.0
        kept = []
        for year in years:
            for name, columns, outcome in MODULES:
                frame = read(name, columns, year)
                kept.append(frame)
                shares = (
                    frame.filter(pl.col(outcome).is_not_null())
                    .group_by("REGION")
                    .agg(((pl.col(outcome) == 1) * pl.col("FACTOR07")).sum() / pl.col("FACTOR07").sum())
                )
                total += shares[:, 1].sum()
        return total

    return work, f"Python polars {version('polars')}"


def main():
    folder, first, last = sys.argv[1:]
    work, runner = use_polars(Path(folder), range(int(first), int(last) + 1))
    work()
    times = []
    start = time.perf_counter()
    while len(times) < 5 and time.perf_counter() - start < 60:
        before = time.perf_counter()
        total = work()
        times.append(1000 * (time.perf_counter() - before))
    print(json.dumps({
        "runner": runner,
        "medianMs": statistics.median(times),
        "fastestMs": min(times),
        "runs": len(times),
        "peakMb": peak_memory(),
        "remark": f"sum of shares {total:.6f}",
    }))


main()
