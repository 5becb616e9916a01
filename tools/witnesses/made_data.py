"""Data made by arithmetic, the same as in tests/inference/made-data.ts."""


def share(i: int, salt: int) -> float:
    """A number in [0, 1) that looks irregular and is exact in both languages."""
    return ((i * i * 31 + i * (17 + 2 * salt) + 7 * salt * salt + 3) % 1009) / 1009


def clustered_rows() -> list[dict]:
    """48 rows in 8 clusters of 3 to 9 rows, two regressors, a weight and an outcome with cluster effects."""
    rows, i = [], 0
    for cluster, size in enumerate([3, 4, 5, 6, 6, 7, 8, 9]):
        common = share(cluster + 1, 5) - 0.5
        for _ in range(size):
            x = share(i, 1) + (0.4 if cluster % 2 else 0.0)
            z = share(i, 2)
            y = 0.3 * x - 0.2 * z + common * (1 + x) + 0.6 * share(i, 3)
            rows.append({"cluster": cluster, "x": x, "z": z, "w": 1 + i % 3, "y": y})
            i += 1
    return rows


def panel_rows() -> list[dict]:
    """7 units by 5 years; units 0, 3 and 5 are treated from 2003, 2003 and 2004."""
    start = {0: 2003, 3: 2003, 5: 2004}
    rows = []
    for unit in range(7):
        for t in range(5):
            year = 2000 + t
            d = 1 if year >= start.get(unit, 9999) else 0
            i = unit * 5 + t
            y = share(unit + 1, 4) + 0.1 * t + 0.5 * share(i, 6) + 0.25 * d
            rows.append({"unit": unit, "year": year, "d": d, "x": share(i, 7), "y": y})
    return rows
