"""What people, and the timetable, do with deeds and points."""
