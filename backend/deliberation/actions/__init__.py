"""What people, and the timetable, do with matters."""
