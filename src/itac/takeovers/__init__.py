"""Take-overs: an organisation speaks on the campaign's channels, for its window, inside its mandate."""
