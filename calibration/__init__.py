"""Evidence the figures rest on, and (later) a council's own data in: the register is data, read by ``sim.scenario``."""
