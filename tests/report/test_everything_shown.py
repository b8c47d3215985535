"""Whatever an answer's text has against its words, every family and every answer can be shown."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from strategies import glued_answers

from pqreuse import Answer, find_reuse, read_answers
from pqreuse.errors import InputError
from pqreuse.records import ReuseResult
from pqreuse.report.contract import history_contract, json_lines, report_contract
from pqreuse.report.listing import list_families
from pqreuse.report.page import page
from pqreuse.report.terminal import history_text, make_console, show_text


def show_all(result: ReuseResult) -> None:
    console = make_console(None)
    for family in result.families:
        assert len(list(family.history)) == family.variants
        assert family.template.strip("[…]. ")
        assert history_text(family, console)
        assert list(json_lines(history_contract(family)))
    for score in result.scores:
        assert show_text(result, score, console)
    assert b"</html>" in b"".join(page(result, list_families(result)))
    assert list(json_lines(report_contract(result, list_families(result))))


@given(glued_answers())
@settings(max_examples=60)
def test_texts_with_links_tags_and_marks_glued_to_words(answers: list[Answer]) -> None:
    show_all(find_reuse(answers, min_words=4))


@pytest.mark.parametrize("folder", ["cases", "data/raw", "data/seeds"])
def test_all_that_can_be_read_of_the_shared_files(shared_data: Path, folder: str) -> None:
    read = 0
    for place in sorted((shared_data.parent / folder).iterdir()):
        form = "document" if place.is_dir() and place.name.startswith(("wrapped", "split")) else None
        try:
            answers = read_answers(place, input_format=form)
        except InputError:
            continue
        show_all(find_reuse(answers))
        read += 1
    assert read
