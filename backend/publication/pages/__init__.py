"""Pages of the desk about what is made public: lists, one notice, and what is still due."""
