"""Whole journeys through the built system, and the servers they run against."""
