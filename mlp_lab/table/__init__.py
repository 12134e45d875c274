"""The published table that lesson 10 beats: its rows, one run of a row, and the file of results."""
