"""The synthetic operator: Aurelia Telecom, a small network with a life and planted faults.

Here files are made as the outside world would send them, with an answer key beside them. Nothing
here reads what landing or the warehouse make of those files.
"""

from ingestion.synthetic.config import FaultRates, SimulationConfig, SimulationReport
from ingestion.synthetic.simulate import simulate

__all__ = ["FaultRates", "SimulationConfig", "SimulationReport", "simulate"]
