"""``python -m pqreuse`` is the command line."""

from pqreuse.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
