"""Pictures and documents with the rights they are used under."""
