"""Real parts on loopback: a Bluesky server, a Mastodon API, a cutting proxy and a receiver for benchmarks."""
