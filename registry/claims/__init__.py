"""Claims: an enterprise says with proof that a record is its own; an officer decides; it then edits its own part."""
