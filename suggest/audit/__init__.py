"""Agreement, calibration and exposure effects. Empty until the audit is built."""
