"""Do two parliaments say the same? Each house's answers against those of the other, and against its own.

It prints:

    Commons: 209 answers, template text by its own 35%, by Lords 7%
    Lords: 14 answers, template text by its own 0%, by Commons 14%
"""

from pathlib import Path

import numpy as np

import pqreuse

answers = pqreuse.read_answers(Path(__file__).with_name("answers.jsonl"))  # here two houses of one
houses = {house: [answer.text for answer in answers if answer.house == house] for house in ("Commons", "Lords")}

for house, other in (("Commons", "Lords"), ("Lords", "Commons")):
    among_themselves = pqreuse.NoveltyTransformer().fit_transform(houses[house])
    against_other = pqreuse.NoveltyTransformer().fit(houses[other]).transform(houses[house])
    template = [np.nanmean(shares[:, 0]) for shares in (among_themselves, against_other)]
    print(
        f"{house}: {len(houses[house])} answers, template text by its own {template[0]:.0%}, "
        f"by {other} {template[1]:.0%}"
    )
