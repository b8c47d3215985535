"""Which department answered? A classifier on whole answers, and on what is left of them without template text.

It prints:

    223 answers of 11 departments
    whole answers          accuracy 48%
    without template text  accuracy 28%
"""

from pathlib import Path

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline

import pqreuse

answers = pqreuse.read_answers(Path(__file__).with_name("answers.jsonl"))
result = pqreuse.find_reuse(answers)
body = np.array([answer.body for answer in answers])
names, counts = np.unique(body, return_counts=True)
often = np.isin(body, names[counts >= 10])

spans = result.to_frame("spans", "polars").join(result.to_frame("scores", "polars"), on="answer_id")
own: dict[str, str] = {answer.id: "" for answer in answers}
texts = {answer.id: answer.text for answer in answers}
for name, start, end, label in spans.select("answer_id", "start", "end", "label").iter_rows():
    if label != "template":
        own[name] += texts[name][start:end] + " "

print(f"{often.sum()} answers of {(counts >= 10).sum()} departments")
model = make_pipeline(TfidfVectorizer(sublinear_tf=True), LogisticRegression(C=30, max_iter=1000))
for heading, kept in (("whole answers", texts), ("without template text", own)):
    accuracy = cross_val_score(model, np.array(list(kept.values()))[often], body[often], cv=5)
    print(f"{heading:<22} accuracy {accuracy.mean():.0%}")
