"""The dossier: an order's whole record as a printed paper, and the page where whoever holds the paper can check it."""
