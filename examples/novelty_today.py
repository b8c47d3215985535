"""How much of this week's answers is new, against all that was answered before.

It prints:

    since 2025-12-15: 3 answers, compared with 220
    1864922  template  48%  slot   8%  novel  44%  Glass: Recycling
    1865457  template  95%  slot   5%  novel   0%  Antisocial Behaviour: Off-road Bikes
    1865458  template   0%  slot   0%  novel 100%  Met Office: Supercomputers
"""

from pathlib import Path

import pqreuse

answers = pqreuse.read_answers(Path(__file__).with_name("answers.jsonl"))
monday = "2025-12-15"
past = [answer.text for answer in answers if answer.date and answer.date < monday]
new = [answer for answer in answers if answer.date and answer.date >= monday]

model = pqreuse.NoveltyTransformer().set_output(transform="polars").fit(past)
shares = model.transform([answer.text for answer in new])

print(f"since {monday}: {len(new)} answers, compared with {len(past)}")
for answer, (template, slot, novel) in zip(new, shares.iter_rows(), strict=True):
    print(f"{answer.id}  template {template:4.0%}  slot {slot:4.0%}  novel {novel:4.0%}  {answer.heading}")
