"""What keeps the ideas safe, out of their way: arguments, files, threads, progress, reports."""
