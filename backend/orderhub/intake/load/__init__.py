"""`orderhub load`: rehearses a sale at a running hub's own door, and counts afterwards what arrived."""
