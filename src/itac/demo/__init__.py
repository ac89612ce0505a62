"""The #ITAC campaign as data, for a first look and for tests."""
