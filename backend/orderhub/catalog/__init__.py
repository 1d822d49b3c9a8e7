"""What can be sold: products, their SKUs, the barcodes on them, and what each shop calls them."""
