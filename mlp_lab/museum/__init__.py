"""Real published bugs as pieces that plug in, how each is exposed, and the catalogue."""
