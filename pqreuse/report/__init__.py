"""A result made visible: what is listed, the JSON contract, tables, the terminal, and files written whole."""
