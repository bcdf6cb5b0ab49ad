"""The Information Bank: from quarterly deliveries to a risk ranking and a programme."""
