"""The version of the installed package."""

from __future__ import annotations

from importlib import metadata


def version() -> str:
    """Tell the version, ``"unknown"`` where the package runs from a folder that was never installed."""
    try:
        return metadata.version("pqreuse")
    except metadata.PackageNotFoundError:
        return "unknown"
