"""What SimPy lacks: ordered ties, pools, work clocks, keyed draws, laws, calendars."""

from sim import native

__path__[:0] = native.folders(__name__)
