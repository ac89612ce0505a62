"""Programs for the folder of a developer: set-up, assets, catalogues, databases for tests, and checks of the tree."""
