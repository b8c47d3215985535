"""The lines that a minister's answers share with most others.

It prints:

    Tobias Merrick-Shaw
    4 of 6 answers: It is for the integrated care board for {Greater Manchester|Kent and Medway|Lancashire a
    3 of 7 answers: {|By 2029} Every school {and college|} in England {|independent special schools included
    3 of 5 answers: In {Cornwall|Derbyshire|Oldham|…} there are {12|4|5|…} teams, and {1|2|3} more will star
    2 of 13 answers: To obtain it, {staff|forces} would have to go through {each case file|each claim|each co
"""

from pathlib import Path

import polars as pl

import pqreuse

answers = pqreuse.read_answers(Path(__file__).with_name("answers.jsonl"))
result = pqreuse.find_reuse(answers)
ministers = pl.DataFrame({"answer_id": [a.id for a in answers], "minister": [a.minister for a in answers]})

uses = result.to_frame("uses", "polars").join(ministers, on="answer_id")
busiest = uses["minister"].drop_nulls().mode().sort().item(0)
lines = (
    uses.filter(pl.col("minister") == busiest)
    .group_by("family")
    .agg(pl.col("answer_id").n_unique().alias("own"))
    .join(result.to_frame("families", "polars").filter(unit="sentence"), on="family")
    .sort("own", "answers", "family", descending=[True, True, False])
)
print(busiest)
for own, everyone, template in lines.select("own", "answers", "template").head(4).iter_rows():
    print(f"{own} of {everyone} answers: {template[:88]}")
