"""Proof: that nothing was changed which nobody recorded, and that what was there cannot be made never to have been."""
