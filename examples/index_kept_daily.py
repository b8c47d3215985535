"""An index kept up daily: each day's answers are asked about, then added.

It prints:

    2025-12-16, with 220 answers in the index
        1865457  100% said before
        9 times since 2024-03-18: There was not enough time to prepare a full reply to this question bef
        8 times since 2024-03-18: There was not enough time to prepare a full reply to this question bef
    2025-12-17, with 221 answers in the index
        1864922  56% said before
        12 times since 2024-05-20: To obtain it, staff would have to go through the log of each library b
        12 times since 2024-05-20: The Department keeps no central record of this information.
    2025-12-19, with 222 answers in the index
        1865458  0% said before
"""

from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory

import pqreuse
from pqreuse import ReuseIndex

answers = pqreuse.read_answers(Path(__file__).with_name("answers.jsonl"))
dated = sorted((answer for answer in answers if answer.date), key=lambda answer: (answer.date or "", answer.id))
archive = [answer for answer in dated if (answer.date or "") < "2025-12-15"]
week = dated[len(archive) :]

with TemporaryDirectory() as folder, ReuseIndex.create(Path(folder) / "pqs.pqreuse", archive) as index:
    for day, group in groupby(week, key=lambda answer: answer.date):
        today = list(group)
        found = index.query(today)
        print(f"{day}, with {len(index)} answers in the index")
        for score in found.scores:
            print(f"    {score.id}  {1 - (score.novel or 0):.0%} said before")
        for family in found.families[:2]:
            since = f" since {family.first_answer.date}" if family.first_answer else ""
            print(f"    {family.answers} times{since}: {family.text[:70]}")
        index.add(today)
