"""What is on record, and how the war model does against it.

Public way in: `calibrate(scenario, data, ...) -> Calibrated` fits the war's free quantities to the
monthly series that the scenario's `calibration` names, and scores the months held back.
"""

from winset.history.calibrate import Calibrated, calibrate

__all__ = ["Calibrated", "calibrate"]
