"""Take-overs in the Studio: planning them, their brief, the control room, the rehearsal and the report."""
