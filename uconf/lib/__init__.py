"""Plain helpers that know no models: the clock, keys, Markdown, links, limits."""
