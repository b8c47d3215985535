"""What reading alone costs in plain Python: the yardstick for `pqreuse report`, on one thread, no reuse found.

    python benchmarks/plain_reading.py ANSWERS.jsonl[.gz]

Lines with `json`, text of the paragraphs with lxml, sentences with sentencex, words with `re`: counted, nothing else.
"""

from __future__ import annotations

import gzip
import json
import re
import sys

from lxml import html
from sentencex import get_sentence_boundaries

WORD = re.compile(r"\w+")


def count(name: str) -> dict[str, int]:
    """Answers, paragraphs, sentences and words of a JSON Lines file with the answers' HTML in `answer_html`."""
    answers = paragraphs = sentences = words = 0
    with (gzip.open if name.endswith(".gz") else open)(name, "rt", encoding="utf-8") as lines:
        for line in lines:
            answers += 1
            document = html.fragment_fromstring(json.loads(line)["answer_html"] or "", create_parent="div")
            for paragraph in document.iter("p", "li"):
                text = paragraph.text_content()
                paragraphs += 1
                sentences += len(get_sentence_boundaries("en", text))
                words += len(WORD.findall(text))
    return {"answers": answers, "paragraphs": paragraphs, "sentences": sentences, "words": words}


if __name__ == "__main__":
    print(json.dumps(count(sys.argv[1])))
