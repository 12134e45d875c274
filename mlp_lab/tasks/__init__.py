"""The graded tasks, a module a lesson: what is asked, on which inputs, and typical mistakes."""
