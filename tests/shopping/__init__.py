"""Shopping lists."""
