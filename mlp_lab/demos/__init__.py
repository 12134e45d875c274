"""The interactive figures of the lessons, one module each: what it computes, how it draws it."""
