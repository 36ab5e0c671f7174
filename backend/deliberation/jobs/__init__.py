"""What the calendar and the clocks do to matters and meetings."""
