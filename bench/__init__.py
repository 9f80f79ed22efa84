"""The measurements of the quality bars, ``make bench``; docs/benchmarks.md says how."""
