"""Every measure, in the order of the tracks.

General for any operating model: stations are found by what they count as, their kind and their track, never by id.
A measure is nan in a world that has nothing to measure. Waits are in days, whatever the scenario's unit.
"""

from sim.measures.catalogue.assessment import ASSESSMENT
from sim.measures.catalogue.care import CARE
from sim.measures.catalogue.front_door import FRONT_DOOR
from sim.measures.catalogue.harm import HARM
from sim.measures.catalogue.hospital import HOSPITAL
from sim.measures.catalogue.long_term import LONG_TERM
from sim.measures.catalogue.money import MONEY
from sim.measures.catalogue.reablement import REABLEMENT
from sim.measures.catalogue.staff import STAFF
from sim.measures.measure import Measure

__all__ = ["CATALOGUE", "Measure"]

CATALOGUE: tuple[Measure, ...] = (
    *FRONT_DOOR,
    *ASSESSMENT,
    *REABLEMENT,
    *CARE,
    *LONG_TERM,
    *STAFF,
    *HOSPITAL,
    *HARM,
    *MONEY,
)
