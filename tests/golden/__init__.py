"""The golden files: what the sample's last three quarters give, and what has changed since."""
