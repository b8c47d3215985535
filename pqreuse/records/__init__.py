"""The public records of what was read and found, all frozen. Records compute nothing; stages fill them.

In reading order: `reading` (what was found in files), `answers` (what was read, as a corpus), `families` (stock text),
`scores` (how much is new), `filters` (which uses are chosen), `result` (all of it together). Other modules import from
here.

How a record looks in a notebook, and the charts of a result, are written by modules above this one.
"""

from pqreuse.records.answers import Answer as Answer
from pqreuse.records.answers import Corpus as Corpus
from pqreuse.records.answers import days as days
from pqreuse.records.families import Change as Change
from pqreuse.records.families import Difference as Difference
from pqreuse.records.families import Family as Family
from pqreuse.records.families import Gap as Gap
from pqreuse.records.families import Slot as Slot
from pqreuse.records.families import SlotKind as SlotKind
from pqreuse.records.families import SlotValue as SlotValue
from pqreuse.records.families import Unit as Unit
from pqreuse.records.families import Use as Use
from pqreuse.records.families import Variant as Variant
from pqreuse.records.filters import Filter as Filter
from pqreuse.records.reading import CONTENT_FIELDS as CONTENT_FIELDS
from pqreuse.records.reading import Progress as Progress
from pqreuse.records.reading import Reading as Reading
from pqreuse.records.reading import Record as Record
from pqreuse.records.reading import Skipped as Skipped
from pqreuse.records.reading import TableColumns as TableColumns
from pqreuse.records.reading import put_together as put_together
from pqreuse.records.result import Grouping as Grouping
from pqreuse.records.result import ReuseResult as ReuseResult
from pqreuse.records.result import TableKind as TableKind
from pqreuse.records.scores import GroupShares as GroupShares
from pqreuse.records.scores import Kind as Kind
from pqreuse.records.scores import Label as Label
from pqreuse.records.scores import Recall as Recall
from pqreuse.records.scores import Score as Score
from pqreuse.records.scores import Shares as Shares
from pqreuse.records.scores import Span as Span
