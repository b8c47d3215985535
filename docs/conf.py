"""How Sphinx builds the guide: `python -m sphinx -W docs docs/_build` (with the `docs` extra)."""

from __future__ import annotations

from importlib.metadata import version as installed

project = "pqreuse"
copyright = "pqreuse contributors"
version = release = installed("pqreuse")

extensions = ["myst_parser", "numpydoc", "sphinx.ext.autodoc", "sphinx.ext.viewcode"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["_build"]
nitpicky = False  # docstrings name types of libraries whose own documents are not asked for

myst_heading_anchors = 3
myst_enable_extensions = ["colon_fence"]

autodoc_member_order = "bysource"
autodoc_typehints = "none"  # numpydoc's "Parameters" says the types
numpydoc_show_class_members = False
numpydoc_class_members_toctree = False

html_theme = "furo"
html_title = f"pqreuse {release}"
html_show_sourcelink = False
