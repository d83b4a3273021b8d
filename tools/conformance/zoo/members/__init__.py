"""The rooms of the museum, one file each."""
