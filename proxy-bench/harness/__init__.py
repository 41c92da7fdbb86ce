"""Runs the same work through our proxy and through its peers, in pairs, and reports what each took for it."""
