"""What one can do with runs: make them, open and close them, take and leave a seat."""

from community.cohorts.operations.runs import close_run, create_run, open_run
from community.cohorts.operations.seats import give_back_seat, take_seat

__all__ = ["close_run", "create_run", "give_back_seat", "open_run", "take_seat"]
