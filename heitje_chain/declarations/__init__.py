"""What partners declare in public: that a kind of job replaces no paid work."""
