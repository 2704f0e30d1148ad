"""What buyers see: their orders, the application, their cases."""
