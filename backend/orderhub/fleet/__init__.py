"""The fleet: several processes of one hub on this machine, behind one listening socket, started again when they die."""
