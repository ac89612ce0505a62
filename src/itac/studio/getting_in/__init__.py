"""Getting into the Studio: signing in, accepting an invitation, inviting, and where one is signed in."""
