"""What happens on platforms without Locum: noted, respected, and held against what the policies say."""
