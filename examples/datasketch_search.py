"""Signatures of pqreuse in datasketch's indexes: the nearest texts (forest), and those that hold a text (ensemble).

It prints:

    nearest, Jaccard 0.33: This question is still being looked into, and a full reply w
    8 may hold half of it; the first: This question is still being looked into, and a full reply w
"""

from pathlib import Path
from typing import Any

from datasketch import MinHashLSHEnsemble, MinHashLSHForest

import pqreuse

texts = [answer.text for answer in pqreuse.read_answers(Path(__file__).with_name("answers.jsonl"))]
sketches = pqreuse.to_datasketch(pqreuse.text_signatures(texts, n_hashes=256))
question = "This question is still being looked into, and I will write to the hon. Member as soon as I can."
(asked,) = pqreuse.to_datasketch(pqreuse.text_signatures([question], n_hashes=256))

forest = MinHashLSHForest(num_perm=256)
for place, sketch in enumerate(sketches):
    forest.add(place, sketch)
forest.index()
near: list[Any] = forest.query(asked, 5)
nearest = max(near, key=lambda place: (asked.jaccard(sketches[place]), -place))
print(f"nearest, Jaccard {asked.jaccard(sketches[nearest]):.2f}: {texts[nearest][:60]}")

ensemble = MinHashLSHEnsemble(threshold=0.5, num_perm=256, num_part=8)
ensemble.index(
    (place, sketch, len(text.split())) for place, (sketch, text) in enumerate(zip(sketches, texts, strict=True))
)
holding: list[Any] = list(ensemble.query(asked, len(question.split())))
print(f"{len(holding)} may hold half of it; the first: {texts[min(holding)][:60]}")
