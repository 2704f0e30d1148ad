"""News for whoever is logged in: what happened to the cases they have to do with."""
