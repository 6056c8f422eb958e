"""The benchmarks of ``moodcue bench``; tests use their servers and clients as well."""
