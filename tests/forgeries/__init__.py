"""What a lying operator may hand out: forged proof bundles, each with the claims that must name it.

`story.py` retells a settled round, as its owner could: whatever can be computed again is, from the terms of the orders
to the work of the blocks. The forgeries are functions of a `Story`, before it is told, or of the told bundle. They are
data: `corpus.py` has all of them, and `cases` gives each as a bundle with what must be said of it, so that every
verifier goes through the same.
"""
