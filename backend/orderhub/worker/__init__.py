"""The worker: what happens without anybody asking. Time limits run out, letters leave, jobs of the schedule run.

One or many: due visits and letters are shared out by locks and leases, a job of the schedule runs once for all.
"""
