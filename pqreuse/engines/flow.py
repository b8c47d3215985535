"""One run on Spark: what is worked out once, and joins of which no task gets too much."""

from __future__ import annotations

from collections.abc import Sequence

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from pqreuse.params import ReuseParams

MOST_ROWS = 1 << 16
"""Rows of one key that any task gets: keys of more are broadcast, dealt out in parts, or summed up where they are."""


class Flow:
    """One run: parameters, and the folder for what is worked out once."""

    def __init__(self, params: ReuseParams, folder: str, most_rows: int = MOST_ROWS) -> None:
        self.params, self.most_rows = params, most_rows
        self._folder, self._reached = folder.rstrip("/"), 0

    def keep(self, table: DataFrame, name: str) -> DataFrame:
        """A table that is written once and read from there: no later step, and no lost executor, recomputes it."""
        self._reached += 1
        path = f"{self._folder}/{self._reached:03}-{name}"
        table.write.mode("overwrite").parquet(path)
        return table.sparkSession.read.schema(table.schema).parquet(path)

    def join(self, left: DataFrame, right: DataFrame, on: Sequence[str]) -> DataFrame:
        """Rows of `left` with the one of `right` that has their key, which says in ``rows`` how many they may be.

        Keys of many rows are few: their rows of `right` go to where `left` is, and no task gets all rows of a key.
        """
        many = F.broadcast(right.where(F.col("rows") > self.most_rows).drop("rows"))
        few = right.where(F.col("rows") <= self.most_rows).drop("rows")
        rest = left.join(many.select(*on), list(on), "left_anti")
        return left.join(many, list(on)).unionByName(rest.join(few, list(on)))
