"""The share of template text by department and month, with pandas.

It prints:

    template text by department, January to June 2025
    Department for Education                            42%   0%   0%  11%  71%    –
    Department for Environment, Food and Rural Affairs  56%   0%  57% 100%   0%  52%
    Department for Transport                            72%   0%  49%   0%  97%  69%
    Department for Work and Pensions                    31%   0%   0%  51%   0%  52%
    Department of Health and Social Care                 0%  33%  48%   0%  22%  90%
"""

from pathlib import Path

import pandas as pd

import pqreuse

answers = pd.read_json(Path(__file__).with_name("answers.jsonl"), lines=True, dtype={"uin": str})
result = pqreuse.find_reuse(answers)
scores = result.to_frame("scores")  # pandas in, pandas out

scores["month"] = scores["date"].str[:7]
scores["template_words"] = scores["template"] * scores["scorable_words"]
totals = scores.groupby(["body", "month"])[["template_words", "scorable_words"]].sum()
share = (totals["template_words"] / totals["scorable_words"]).unstack()

print("template text by department, January to June 2025")
for body in sorted(scores["body"].value_counts().index[:5]):
    print(f"{body:<50}", *(f"{one:4.0%}".replace("nan%", "   –") for one in share.loc[body, "2025-01":"2025-06"]))
