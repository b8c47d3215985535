"""Where the work runs when it is not this process: Spark. What a task does with Arrow batches, and the flow of tables.

    batches.py       Arrow batches → arrays for the stages, and back
    splitting.py     answers → their segments, windows of words; each a task
    pairing.py       texts → rare shingles → pairs that resemble; each a task
    labelling.py     families → templates; answers → spans and shares; records; each a task
    spark.py         find_reuse on Spark's DataFrames: which task follows which
"""
