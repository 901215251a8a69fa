"""Evidence the figures rest on and targets they are held to; (later) a council's own data in.

The register (``evidence.yaml``) is data, read by ``sim.scenario``. ``targets`` are figures a place should land on.
"""
