"""Provenance: whose word each value of a record is, which word stands above which, and what becomes of the others.

A word that may not change a value is kept as a conflict, shown, decided by an officer, and remembered.
"""
