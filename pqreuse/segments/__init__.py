"""Answers → paragraphs, and paragraphs → sentences: what is compared, with where it stands."""

from pqreuse.segments.paragraphs import Split as Split
from pqreuse.segments.paragraphs import ends_of_runs as ends_of_runs
from pqreuse.segments.paragraphs import links_of as links_of
from pqreuse.segments.paragraphs import paragraph_stretches as paragraph_stretches
from pqreuse.segments.paragraphs import split_answers as split_answers
from pqreuse.segments.paragraphs import unscorable_stretches as unscorable_stretches
from pqreuse.segments.placing import Segments as Segments
from pqreuse.segments.placing import beginnings as beginnings
from pqreuse.segments.sentences import sentence_stretches as sentence_stretches
from pqreuse.segments.sentences import split_sentences as split_sentences
from pqreuse.segments.wrapping import reflow as reflow
from pqreuse.segments.wrapping import reflow_answers as reflow_answers
