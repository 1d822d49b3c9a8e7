"""Made-up businesses of any size, written by set-based SQL."""
