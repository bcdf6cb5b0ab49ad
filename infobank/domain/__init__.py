"""What all rooms speak of: YOTs, quarters, ratings, findings, deliveries, and where files lie."""
