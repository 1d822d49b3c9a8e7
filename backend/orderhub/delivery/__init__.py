"""Delivery: the parcels of an order, from the shelf to the customer's hand."""
