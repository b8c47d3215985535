"""How Sphinx builds the guide, with the `docs` extra: `python -m sphinx -W -c docs . docs/_build`.

The source folder is that of the project, so that pages link to what lies beside them as on any other site.
"""

from __future__ import annotations

from importlib.metadata import version as installed

project = "pqreuse"
copyright = "pqreuse contributors"
version = release = installed("pqreuse")

extensions = ["myst_parser", "numpydoc", "sphinx.ext.autodoc", "sphinx.ext.viewcode"]
source_suffix = {".md": "markdown"}
root_doc = "docs/index"
include_patterns = [
    "docs/*.md",
    "benchmarks/README.md",
    "examples/README.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "LICENCES.md",
    "SECURITY.md",
    "tests/mutants.md",
]
default_role = "obj"
nitpicky = False  # docstrings name types of libraries whose own documents are not asked for

myst_heading_anchors = 3
myst_enable_extensions = ["colon_fence"]

autosummary_generate = False  # numpydoc loads it
autodoc_member_order = "bysource"
autodoc_typehints = "none"  # numpydoc's "Parameters" says the types
numpydoc_show_class_members = False
numpydoc_class_members_toctree = False

html_theme = "furo"
html_title = f"pqreuse {release}"
html_show_sourcelink = False
