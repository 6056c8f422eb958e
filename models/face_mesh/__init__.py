"""Face Mesh: 468 points of a face, and whether there is one."""
