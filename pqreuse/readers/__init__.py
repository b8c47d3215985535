"""Files to records: one file for each format, one entry point, `read_records`.

In reading order: `decoding` (bytes to text), `dates`, `html` and `values` (what stands in a field), `ledger` (what was
read, skipped and doubted), `places` (inputs to files), `sources` (files to bytes, unpacked), `archives` (what a ZIP
archive holds), `indexes` (what an index keeps), `columns` (which column is what), the formats `tables`, `api`,
`json_rows`, `records_json`, `xml_tree`, `wrans`, `oireachtas` and `transcript`, `formats` (which of them a file has),
and `reading` (all of it together).
"""

from pqreuse.readers.columns import COLUMN_KEYS
from pqreuse.readers.formats import FORMATS
from pqreuse.readers.reading import read_records, stream_records
from pqreuse.records import Reading

__all__ = ["COLUMN_KEYS", "FORMATS", "Reading", "read_records", "stream_records"]
