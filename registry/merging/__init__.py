"""Merging two records of one thing, and splitting them again: nothing is lost, old ids lead on."""
