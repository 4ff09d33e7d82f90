"""What a mentoring program is: the declared language and everything that follows from a declaration by calculation."""
