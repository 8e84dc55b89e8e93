"""Measures what the issue asks for and prints figures and ratios: `python -m bench`. Nothing here is a timed test.

What is compared runs in one go, ours and theirs in turn, so that a busy machine slows both.
"""
