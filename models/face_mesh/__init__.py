"""Face Mesh: 468 landmarks of a face, and a presence score."""
