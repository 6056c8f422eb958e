"""What ``moodcue bench`` runs; the tests use its servers and clients, too."""
