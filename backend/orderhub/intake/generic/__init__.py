"""The generic channel: signed JSON of any shape, read through a mapping that is data (docs/intake.md)."""
