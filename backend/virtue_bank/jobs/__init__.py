"""What the calendar and the clocks do to deeds and points."""
