"""The promises of the design, each tried whole: through the signed door, to the database, to the page."""
