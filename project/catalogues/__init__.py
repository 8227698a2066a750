"""The translations of what members read: gathered from the sources, written, compiled, checked.

Needs Babel, a dependency of development: the compiled catalogues are committed.
English stands in the sources themselves.
"""
