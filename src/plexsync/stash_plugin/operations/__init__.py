"""The operations of the page: one module for each noun, with a tuple ``OPERATIONS``.

``catalogue`` names them all and loads one. ``docs/operations.md`` and the page's types are made from these tables.
"""
