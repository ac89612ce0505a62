"""The ground: the campaign, its phases, observances and editions, the organisations and their people."""
