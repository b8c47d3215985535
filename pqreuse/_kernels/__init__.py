"""Compiled loops: arrays in, arrays out. They import nothing of the package and know no records.

One extension for each stage that needs one, each with its types in a ``.pyi`` beside it:

    arrow.pyx        text in Arrow's memory -> where each stands: `pqreuse.arrow`
    html.pyx         simple HTML -> text: `pqreuse.readers.html`; loops in html.h and html_text.h
    copies.pyx       texts -> the first of those that are the same, character by character: `pqreuse.copies`
    words.pyx        text -> numbered words with offsets: `pqreuse.words`; loops in words.h and siphash.h,
                     characters in unicode.h
    shingles.pyx     texts -> those that are equal, shingle sets, MinHash: `pqreuse.shingles`, `pqreuse.signatures`;
                     loops in shingles.h and minhash.h
    candidates.pyx   shingles -> buckets, rare shingles: `pqreuse.candidates`
    comparison.pyx   texts and candidates -> exemplars: `pqreuse.families`
    templates.pyx    families -> templates, gaps and fillings: `pqreuse.templates`; loops in templates.h
    runs.pyx         words -> which of them stand in another answer too: `pqreuse.runs`
    scores.pyx       uses of families -> labels of words: `pqreuse.scores`
    pairing.pyx      texts by shingle -> pairs that may resemble, on an engine: `pqreuse.engines.pairing`
    compiler.h       compiles a loop for several instruction sets; the machine's best is chosen when it is loaded
    sequences.h      sequences of words compared; least.h the two least of different orders, bits.h bits counted: for
                     more than one kernel
    make_unicode.py  writes unicode.h from the running Python's tables; run by hand when Unicode's version is to change

C holds the loops and no Python; Cython holds the memory and checks what comes in.

To change one: change its naive twin first if the definition changes (``tests/naive.py``, ``tests/naive_templates.py``:
the same in a few obvious lines), then the kernel, and build it again with ``pip install -e ".[dev]"``. Hypothesis
compares kernel and twin (``tests/test_words.py`` and so on). A new file needs three things more: its table in
``pyproject.toml`` with the headers it includes and the ``.pxd`` of kernels it cimports, its ``.pyi``, its line above.
"""

from importlib.util import find_spec

if find_spec(f"{__name__}.words") is None:
    raise ImportError(
        "this is the source of pqreuse, where nothing is compiled: start Python in another folder, or compile it here "
        "with pip install -e ."
    )
