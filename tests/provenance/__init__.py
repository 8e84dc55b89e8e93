"""Where values come from, which word stands above which, and conflicts."""
