"""Claims of records, and what an enterprise edits itself."""
