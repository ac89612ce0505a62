"""The door for programs: `/api/v1/`, the same verbs and the same rules as the Studio."""
