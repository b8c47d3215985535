"""Compiles the kernels, and says in one line what is missing where they cannot be compiled. setuptools runs it."""

from __future__ import annotations

import shutil
import sysconfig
from pathlib import Path

import numpy
from setuptools import Extension
from setuptools.command.build_ext import build_ext
from setuptools.errors import CompileError, PlatformError


class BuildKernels(build_ext):
    """setuptools' own command, with errors that name the way out."""

    def build_extension(self, ext: Extension) -> None:
        """Compile and link one kernel."""
        ext.include_dirs.append(numpy.get_include())
        try:
            super().build_extension(ext)
        except (CompileError, OSError) as error:
            missing = self.missing()
            if missing is None:
                raise
            raise PlatformError(missing) from error

    def missing(self) -> str | None:
        """What is not there and how to get it; None where the error must be something else."""
        # MSVC's class has no such list, and setuptools says itself what to install for it.
        command = getattr(self.compiler, "compiler_so", None)
        if command and shutil.which(command[0]) is None:
            return (
                f"pqreuse needs a C compiler, and {command[0]} was not found: install one (apt install gcc, "
                "dnf install gcc, xcode-select --install) or name yours in the variable CC"
            )
        header = Path(sysconfig.get_path("include"), "Python.h")
        if not header.is_file():
            return (
                f"pqreuse needs Python's headers, and {header} was not found: install them (apt install python3-dev, "
                "dnf install python3-devel)"
            )
        return None
