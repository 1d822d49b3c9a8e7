"""The kernel: subjects that move, the ledger that remembers, and nothing of any one business."""
