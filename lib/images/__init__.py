"""Pictures: made smaller, turned upright, converted; decoded in processes that may crash."""
