"""Organisations as a tree, accounts in them, and who may give whom which rights: bounded, checked on the target.

`binding.bind` makes an enterprise user answer for a record; `handing.hand_over` gives a record to another organisation;
`explaining.explain` tells why somebody sees a record, or does not.
"""
