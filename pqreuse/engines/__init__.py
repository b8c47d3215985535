"""Where the work runs when it is not this process: on Spark, by the same stages.

Tasks, which know Arrow and not Spark: batches.py (Arrow batches → arrays for the stages, and back), splitting.py
(answers, opened once → segments, windows of words), pairing.py (texts → rare shingles → pairs that resemble),
wordings.py (families → templates), labelling.py (answers → spans and shares), listing.py (families → templates as
text).

Data frames, which know no words: flow.py (what is worked out once, joins of which no task gets too much), exemplars.py
(segments → texts with their exemplars), tables.py (what a run wrote → families, uses, scores, spans), spark.py
(find_reuse).

For a corpus at hand: session.py (a session, the answers as a data frame), collected.py (what was found → records).
"""
