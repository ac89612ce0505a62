"""The back office: Wagtail's admin with the campaign's rooms in it."""
