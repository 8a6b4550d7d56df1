"""PDFs that people print and keep: loading, arranging and drawing apart; a data object in, bytes out."""
