"""The graded exercises: how an answer is checked, and the tasks, a module a lesson."""
