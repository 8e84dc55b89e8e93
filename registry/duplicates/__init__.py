"""Look-alikes: records that may speak of the same thing. Scored, kept as a queue, asked about once."""
