"""What the dossier places on the order's own page, for those who look after it."""
