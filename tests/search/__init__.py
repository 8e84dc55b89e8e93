"""Search: one contract for every engine, then what is the embedded engine's own."""
